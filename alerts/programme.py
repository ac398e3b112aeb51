"""Programmes: the help that there is. An alert is an offer, so every reason points to somebody who can help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from governance.written import Text, Written, invalid, read, read_yaml

PACKAGED = Path(__file__).parent / "programmes"
"""The example Commonwealth's programmes; all of them invented."""

ProgrammeId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Topic = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\(\d{3}\) \d{3}-\d{4}$")]
Web = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]


class Reach(Written):
    """How a family gets through: at least a phone that is answered, and when."""

    phone: Phone
    hours: Text
    web: Web | None = None
    visit: Text | None = None


class Programme(Written):
    """One programme, in words that can be read out to a family.

    `helps_with` are the topics of rules that it answers to, `eligibility` who may take part, `first_step` what happens
    when a family says yes. Nobody is enrolled by being on a list.
    """

    id: ProgrammeId
    name: Text
    provider: Text
    helps_with: tuple[Topic, ...]
    offers: Text
    eligibility: Text
    cost: Text
    languages: tuple[Text, ...]
    first_step: Text
    reach: Reach


def load_programmes(folder: Path | None = None) -> dict[str, Programme]:
    """Every programme of a folder, by id.

    Args:
        folder: YAML files, one programme each, named by its id; the packaged example where it is left out.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming file and key, for one that cannot mean what it says.
    """
    found: dict[str, Programme] = {}
    for path in sorted((folder or PACKAGED).glob("*.yaml")):
        programme = read(Programme, read_yaml(path), where=path.name)
        if programme.id != path.stem:
            raise invalid(path.name, "id", f"is {programme.id}, but a programme's file is named by its id")
        found[programme.id] = programme
    return found


def named(programmes: Mapping[str, Programme], ids: Iterable[str]) -> tuple[Programme, ...]:
    """These programmes, each once; an id that no longer stands for a programme is left out."""
    return tuple(programmes[id] for id in dict.fromkeys(ids) if id in programmes)
