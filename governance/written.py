"""What a person writes: strict models, strict YAML, and errors that name the file and the key.

Every model that is read from a file rests on `Written`: frozen, unknown keys are an error, and nothing is coerced
(`"11"` is no number, `true` is no cell size). A key that stands twice is an error too: whoever reads the first and
whoever reads the last would otherwise hold two different agreements.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.purpose import is_purpose


class Written(BaseModel):
    """The base of every model that a person fills in."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _purpose(text: str) -> str:
    if not is_purpose(text):
        raise ValueError("not a purpose: lower-case words joined by dots, such as prevention.outreach")
    return text


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Purpose = Annotated[str, AfterValidator(_purpose)]
Dataset = Annotated[DatasetId, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
PaperId = Annotated[AgreementId, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")]
Agency = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

Model = TypeVar("Model", bound=Written)


class _Loader(yaml.SafeLoader):
    """YAML as people read it: no key twice, only text keys, and only `true` and `false` are truth values."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 (PyYAML's)
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                raise yaml.constructor.ConstructorError(None, None, "a key must be text", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


# YAML 1.1 reads `on`, `off`, `yes` and `no` as truth values; YAML 1.2, and every person, does not.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> Any:
    """What a YAML file says, in plain Python values.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming file and line, where it cannot be read.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a SafeLoader, made stricter)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise invalid(path.name, f"line {line}", error.problem or "not YAML") from None
    except yaml.YAMLError:
        raise invalid(path.name, "", "not YAML") from None
    except UnicodeDecodeError:
        raise invalid(path.name, "", "not UTF-8 text") from None
    except OSError as error:
        raise invalid(path.name, "", error.strerror or "cannot be read") from None


def read(model: type[Model], document: Any, *, where: str) -> Model:
    """Check plain values against a model.

    Args:
        model: what the document must be.
        document: mappings, lists, text, numbers, dates.
        where: the file's name, or what else to call the document in an error.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming every wrong key path. Values are not repeated.
    """
    try:
        return model.model_validate_json(json.dumps(document, default=_plain, allow_nan=False))
    except ValidationError as error:
        lines = problems(error)
        raise invalid(where, "", "; ".join(lines)) from None
    except (TypeError, ValueError):
        raise invalid(where, "", "holds a value that no document can hold") from None


def problems(error: ValidationError) -> list[str]:
    """A validation error in words, one line per key path, without the values that were wrong."""
    lines = []
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        path = ".".join(str(part) for part in item["loc"]) or "document"
        lines.append(f"{path}: {item['msg'].removeprefix('Value error, ')}")
    return lines


def invalid(file: str, path: str, what: str) -> Misconfigured:
    """The error for a policy document that cannot mean what it says."""
    place = f"{file}, {path}" if path else file
    return Misconfigured(f"{place}: {what}.", "Correct the document and run this again.", code="POLICY_INVALID")


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError("not a value of a document")


def once(names: list[str], what: str) -> None:
    """Raise where a name stands twice.

    Raises:
        ValueError: naming it; inside a validator pydantic turns it into an error with a key path.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} {name} stands twice")
        seen.add(name)
