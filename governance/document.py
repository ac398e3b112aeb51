"""Documents: the canonical form of a paper, and the hash that its signatures are over.

The hash is SHA-256 over canonical JSON (sorted keys, no spaces, UTF-8) of what was *written*, without the signatures:
blank lines, comments and the order of keys do not change it, everything else does. Defaults are left out, so that a
new optional part of the model does not break the signatures of yesterday.

To sign an edited example again: `python -m tests.sign_examples`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from governance.agreement import Agreement
from governance.mou import Mou
from governance.written import Written, invalid, read

Paper = Agreement | Mou
"""A document that goes through the lifecycle."""

_UNSIGNED = {"agreement": "signatures", "mou": "participants"}


class _File(Written):
    """A policy file: a memorandum, an agreement, or both."""

    mou: Mou | None = None
    agreement: Agreement | None = None


def sort(paper: Paper) -> str:
    """`agreement` or `mou`: the key that it stands under in a file."""
    return "mou" if isinstance(paper, Mou) else "agreement"


def sha256(paper: Paper) -> str:
    """The hash that signatures are over, in hex."""
    return hashlib.sha256(canonical(paper).encode()).hexdigest()


def canonical(paper: Paper) -> str:
    """Canonical JSON of a paper without its signatures: what the parties sign."""
    written = _written(paper)
    written.pop(_UNSIGNED[sort(paper)], None)
    return _json({sort(paper): written})


def dump(paper: Paper) -> str:
    """Canonical JSON of a paper with its signatures, in the form that `parse` reads."""
    return _json({sort(paper): _written(paper)})


def parse(document: Any, *, where: str) -> tuple[Paper, ...]:
    """The papers in a file's content: a memorandum, an agreement, or both.

    Args:
        document: plain values, as YAML or JSON gives them.
        where: the file's name for errors.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming the file and every wrong key path.
    """
    if not isinstance(document, dict):
        raise invalid(where, "", "must begin with `agreement:` or `mou:`")
    file = read(_File, document, where=where)
    papers = tuple(paper for paper in (file.mou, file.agreement) if paper is not None)
    if not papers:
        raise invalid(where, "", "must hold `agreement:` or `mou:`")
    return papers


def parse_one(text: str, *, where: str) -> Paper:
    """The one paper in a text that `dump` wrote.

    Raises:
        Misconfigured: `POLICY_INVALID` where it is not that.
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise invalid(where, "", "not JSON") from None
    papers = parse(document, where=where)
    if len(papers) != 1:
        raise invalid(where, "", "must hold one document")
    return papers[0]


def signed(paper: Paper) -> frozenset[str]:
    """The parties whose signature in the document is over this very document; agencies, for a memorandum."""
    own = sha256(paper)
    return frozenset(party for party, document in embedded(paper) if document == own)


def embedded(paper: Paper) -> tuple[tuple[str, str], ...]:
    """Every signature that stands in the document: party (an agency, for a memorandum), and the hash it is over."""
    if isinstance(paper, Mou):
        return tuple((participant.agency, participant.document_sha256) for participant in paper.participants)
    return tuple((signature.party, signature.document_sha256) for signature in paper.signatures)


def _written(paper: Paper) -> dict[str, Any]:
    return paper.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
