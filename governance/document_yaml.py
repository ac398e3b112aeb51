"""A paper as YAML: the text that people read, sign and send, which reads back to the same hash."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import yaml

from governance.document import Paper, sha256, sort

_WIDTH = 160
"""Columns of a field's terms on their one line, at most."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Flat(dict[str, Any]):
    """A mapping that stands on one line, as a field's terms do."""


class _Dumper(yaml.SafeDumper):
    """YAML as the papers are written: small mappings and plain lists on one line, everything else in blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 (PyYAML's)
        """Indent the members of a list below its key."""
        super().increase_indent(flow, False)  # noqa: FBT003


_Dumper.add_representer(
    _Flat, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)
)


def to_yaml(paper: Paper) -> tuple[str, str]:
    """A paper's text and its hash.

    Args:
        paper: an agreement or a memorandum, with the signatures that stand in it.

    Returns:
        YAML that `governance.policy` reads back to a paper of the same hash, and the hash. The first line names the
        hash, for a person to compare.
    """
    own, kind = sha256(paper), sort(paper)
    written = paper.model_dump(mode="json", by_alias=True, exclude_unset=True)
    body = yaml.dump(
        {kind: {name: _laid_out(each) for name, each in written.items()}},
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=_WIDTH,
        default_flow_style=False,
    )
    return f"# {paper.id} version {paper.version}; signatures are over {own}\n{body}", own


def _laid_out(value: Any) -> Any:
    """Mappings and lists that fit one line put on one, as a person would."""
    if isinstance(value, list):
        return [_laid_out(each) for each in value]
    if not isinstance(value, dict):
        return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value
    laid_out = {name: _laid_out(each) for name, each in value.items()}
    plain = all(not isinstance(each, dict) and _is_row(each) for each in value.values())
    return _Flat(laid_out) if plain and len(str(value)) < _WIDTH else laid_out


def _is_row(value: Any) -> bool:
    return not isinstance(value, list) or all(not isinstance(each, dict | list) for each in value)
