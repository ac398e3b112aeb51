"""Officers: which staff ids hold which roles here.

An installation names them (`HEARTHLINE_OFFICERS`). While it names nobody, an id that is a role's own name holds that
role: `data-steward`, `steward-7`, `privacy-officer`, `council`. That is for trying things out, not for an agency.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from governance.errors import MoveNotYours
from governance.role import MAY, Role

_PROGRAM = re.compile(r"hearthline(?: \w+)?")
_NUMBER = re.compile(r"-\d+$")
_SHORT = {"steward": Role.DATA_STEWARD, "officer": Role.PRIVACY_OFFICER, "privacy": Role.PRIVACY_OFFICER}


class Officers:
    """Who holds which role.

    Args:
        named: roles by staff id. Empty: ids are taken by their names.
    """

    def __init__(self, named: Mapping[str, Collection[Role]] | None = None) -> None:
        self._named = {id: frozenset(roles) for id, roles in (named or {}).items()}

    @property
    def are_named(self) -> bool:
        """Whether the installation names its officers."""
        return bool(self._named)

    def roles(self, id: str) -> frozenset[Role]:
        """The roles that a staff id holds; Hearthline's own id holds the program's."""
        if is_program(id):
            return frozenset({Role.PROGRAM, Role.ADMINISTRATOR} if id == "hearthline init" else {Role.PROGRAM})
        if self._named:
            return self._named.get(id, frozenset())
        name = _NUMBER.sub("", id).replace("-", "_")
        role = _SHORT.get(name) or next((each for each in Role if each == name and each is not Role.PROGRAM), None)
        return frozenset({role}) if role else frozenset()

    def holding(self, *roles: Role) -> tuple[str, ...]:
        """The named staff ids that hold one of these roles, sorted."""
        return tuple(sorted(id for id, held in self._named.items() if held & set(roles)))

    def may(self, id: str, move: str) -> bool:
        """Whether a staff id may make a move. Nobody may make one that the table does not know."""
        return bool(self.roles(id) & MAY.get(move, frozenset()))


def is_program(id: str) -> bool:
    """Whether an id is Hearthline's own, which nobody may give as theirs."""
    return _PROGRAM.fullmatch(id) is not None


def not_yours(move: str, topic: str) -> MoveNotYours:
    """The error for a move that the one who tries it may not make.

    Args:
        move: the move, by its name in the table.
        topic: the paper or the breach.
    """
    said = move.replace("_", " ")
    roles = ", ".join(role.replace("_", " ") for role in Role if role in MAY.get(move, frozenset()))
    return MoveNotYours(
        f"{topic} cannot be moved ({said}) by whoever tries it: it takes a {roles or 'move of another kind'}.",
        "Let somebody do it who holds the office (HEARTHLINE_OFFICERS names them).",
    )
