"""The database's copy of what contacts have said: quick to count by, made from the ledger, believed by nobody."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from governance.consent.said import MOVES, RANK, Act, ConsentState, comes_to, pairs
from governance.consent.table import consent_move
from governance.contact.record import PAGE, ringing_in
from governance.ids import ContactId, HouseholdId
from governance.ledger import Entry


def keep(connection: Connection, entries: Collection[Entry]) -> None:
    """Copy moves that the ledger has and the copy may have not: a process may have died in between.

    Args:
        connection: of a transaction.
        entries: of the ledger; those that are no moves are left out.
    """
    moves = {entry.index: entry for entry in entries if entry.kind in MOVES}
    numbers = sorted(moves)
    for start in range(0, len(numbers), PAGE):
        page = numbers[start : start + PAGE]
        there = select(consent_move.c.entry).where(consent_move.c.entry.in_(page))
        missing = set(page) - set(connection.execute(there).scalars())
        if missing:
            connection.execute(consent_move.insert(), [_row(moves[number]) for number in sorted(missing)])


def copied(connection: Connection, contacts: Sequence[ContactId]) -> dict[ContactId, tuple[Act, ...]]:
    """What the copy says of these contacts: states and what they are about, nothing else."""
    found: dict[ContactId, list[Act]] = {}
    for start in range(0, len(contacts), PAGE):
        mine = consent_move.c.contact.in_(contacts[start : start + PAGE])
        query = select(consent_move).where(mine).order_by(consent_move.c.entry)
        for row in connection.execute(query):
            found.setdefault(ContactId(row.contact), []).append(
                Act(channel=row.channel, topic=row.topic, state=ConsentState(row.state))
            )
    return {contact: tuple(said) for contact, said in found.items()}


def best_of(connection: Connection, households: Collection[HouseholdId]) -> dict[HouseholdId, ConsentState]:
    """Of each of these households that has a contact, the best that any of them has said about anything."""
    contacts = ringing_in(connection, sorted(households))
    said = copied(connection, [each.id for each in contacts])
    best: dict[HouseholdId, ConsentState] = {}
    for each in contacts:
        if each.household is not None:
            now = [best.get(each.household, ConsentState.NONE), *_states(said.get(each.id, ()))]
            best[each.household] = max(now, key=RANK.index)
    return best


def _states(said: tuple[Act, ...]) -> list[ConsentState]:
    """What is said of each topic; of none by name, what is said of everything."""
    named = pairs(said) or sorted({(each.channel, each.topic) for each in said})
    return [comes_to(said, *pair) for pair in named]


def _row(entry: Entry) -> dict[str, object]:
    about = {"channel": entry.body["channel"], "topic": entry.body["about"]}
    return {"entry": entry.index, "contact": entry.topic, "state": MOVES[entry.kind].value, **about}
