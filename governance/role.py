"""Roles: who may make which move. One table; `python -m governance.role` prints it as it stands in docs/lifecycle.md.

A role here is an office in the governance of agreements. It has nothing to do with the roles that an agreement lets use
its data (`users.roles`): those are clauses of a decision.

Source: the memorandum's and the agreements' own division of work (data steward, counsel, council, privacy and security
officer, coordinator); separation of duties after NIST SP 800-53 AC-5.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from governance.lifecycle import MOVES, Status


class Role(StrEnum):
    """An office that somebody holds."""

    DATA_STEWARD = "data_steward"
    COUNSEL = "counsel"
    COUNCIL = "council"
    """The Data Steward Council speaking as one body; where its members are named, they speak instead."""
    COUNCIL_CHAIR = "council_chair"
    COUNCIL_MEMBER = "council_member"
    SIGNATORY = "signatory"
    COORDINATOR = "coordinator"
    PRIVACY_OFFICER = "privacy_officer"
    SECURITY_OFFICER = "security_officer"
    ADMINISTRATOR = "administrator"
    PROGRAM = "program"
    """Hearthline itself: what happens by the calendar, or because an e-signature service says so."""


_R = Role
_COUNCIL = frozenset({_R.COUNCIL, _R.COUNCIL_CHAIR, _R.COUNCIL_MEMBER})
_PAPER = frozenset({_R.DATA_STEWARD, _R.COUNSEL})
_OFFICERS = frozenset({_R.PRIVACY_OFFICER, _R.SECURITY_OFFICER})

MAY: dict[str, frozenset[Role]] = {
    "drafted": _PAPER | {_R.ADMINISTRATOR},
    "submitted": _PAPER,
    "adopted": frozenset({_R.ADMINISTRATOR}),
    "voted": frozenset({_R.COUNCIL_CHAIR, _R.COUNCIL_MEMBER}),
    "approved": _COUNCIL,
    "sent": _PAPER | {_R.PROGRAM},
    "signed": _PAPER | {_R.SIGNATORY, _R.COORDINATOR, _R.PROGRAM},
    "activated": frozenset({_R.DATA_STEWARD}),
    "amended": _PAPER,
    "joined": frozenset({_R.COORDINATOR, _R.DATA_STEWARD}),
    "left": frozenset({_R.COORDINATOR}),
    "suspended": _PAPER | _OFFICERS | {_R.COUNCIL, _R.COUNCIL_CHAIR},
    "resumed": frozenset({_R.DATA_STEWARD, _R.PRIVACY_OFFICER}),
    "warned": frozenset({_R.DATA_STEWARD, _R.PRIVACY_OFFICER, _R.ADMINISTRATOR, _R.PROGRAM}),
    "expired": frozenset({_R.DATA_STEWARD, _R.PRIVACY_OFFICER, _R.PROGRAM}),
    "terminated": frozenset({_R.DATA_STEWARD, _R.PRIVACY_OFFICER}),
    "destruction_pending": frozenset({_R.DATA_STEWARD, _R.PRIVACY_OFFICER}),
    "destroyed": _OFFICERS | {_R.DATA_STEWARD, _R.PROGRAM},
    "closed": frozenset({_R.DATA_STEWARD, _R.PRIVACY_OFFICER, _R.PROGRAM}),
    "declined": _PAPER | {_R.SIGNATORY, _R.COUNCIL, _R.COUNCIL_CHAIR, _R.PROGRAM},
    "voided": _PAPER | {_R.PROGRAM},
    "mediation_raised": _PAPER | _COUNCIL | {_R.COORDINATOR, _R.PRIVACY_OFFICER},
    "mediation_heard": frozenset({_R.COUNCIL, _R.COUNCIL_CHAIR}),
    "mediation_settled": frozenset({_R.COUNCIL, _R.COUNCIL_CHAIR}),
    "breach_declared": _OFFICERS | {_R.DATA_STEWARD, _R.ADMINISTRATOR},
    "breach_notified": _OFFICERS | {_R.COUNSEL},
    "breach_excused": frozenset({_R.COUNSEL, _R.PRIVACY_OFFICER}),
    "breach_reviewed": frozenset({_R.COUNSEL, _R.COUNCIL_CHAIR, _R.PRIVACY_OFFICER}),
    "breach_closed": frozenset({_R.PRIVACY_OFFICER}),
    "frame_attested": frozenset({_R.DATA_STEWARD}),
    "frame_withdrawn": _OFFICERS | {_R.DATA_STEWARD},
}
"""Every move that somebody makes, and the roles that may. `executed`, `frozen` and `thawed` are nobody's: they follow
from the last signature, from a breach that is declared, and from one that is closed."""


def allowed(state: Status | None, role: Role) -> tuple[str, ...]:
    """The moves of a paper that a role may make from a state, in the order of a paper's life.

    Args:
        state: where the version stands; None for one that is not on file.
        role: the role.
    """
    return tuple(move for move, roles in MAY.items() if role in roles and state in _starts(move))


def _starts(move: str) -> frozenset[Status | None]:
    """The states that a move may start from. Only a paper that is not on file is adopted; breaches are no papers."""
    if move == "adopted":
        return frozenset({None})
    return MOVES[move][0] if move in MOVES else frozenset()


def table() -> dict[Status | None, dict[Role, tuple[str, ...]]]:
    """The whole matrix: state, role, moves. None is a version that is not on file yet."""
    return {state: {role: allowed(state, role) for role in Role} for state in (None, *Status)}


def markdown() -> str:
    """The matrix as it stands in docs/lifecycle.md: who may do what from where, and the moves that have no state."""
    return "\n".join([*_states(), "", *_others("breach"), "", *_others("frame")])


def _states() -> Iterator[str]:
    yield "| state | who may do what |"
    yield "|---|---|"
    for state, row in table().items():
        said = [
            f"**{_words(role)}**: {', '.join(_words(move) for move in moves)}" for role, moves in row.items() if moves
        ]
        yield f"| {_words(state) if state else 'not on file'} | {' · '.join(said) or 'nobody, nothing'} |"


def _others(what: str) -> Iterator[str]:
    """The moves of what is no paper: `breach`, `frame`."""
    yield f"| a {what} is | by |"
    yield "|---|---|"
    for move, roles in MAY.items():
        if move.startswith(f"{what}_"):
            yield f"| {move.removeprefix(f'{what}_')} | {', '.join(_words(role) for role in Role if role in roles)} |"


def _words(name: str) -> str:
    return name.replace("_", " ")


if __name__ == "__main__":
    import sys

    sys.stdout.write(f"{markdown()}\n")
