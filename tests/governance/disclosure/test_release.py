from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, update

from governance.disclosure.published import recall
from governance.disclosure.release import Releases
from governance.disclosure.release_table import release as release_table
from governance.errors import Busy, Misconfigured, Recoverable, Refused, SmallCell
from governance.gate import Gate
from governance.keystore import MemoryKeyStore
from governance.use import Action, Actor, Use
from governance.vault import Vault
from tests.governance.disclosure.cubes import DAY, line
from tests.governance.papers import CASES, KNOWN, NOW, Document, Office, mou, office, signed, snap

ANALYST = Actor(id="analyst-1", role="analyst", organisation="EOHHS", trained_until=NOW.date())
USE = Use.of(
    actor=ANALYST,
    action=Action.AGGREGATE,
    purpose="prevention.outreach",
    dataset=CASES,
    fields={"certification_end_on"},
)


def paper(**outputs: object) -> Document:
    """The SNAP agreement, which grants publishing counts of one field."""
    document = snap()
    document["datasets"][0]["fields"][1]["actions"].append("release")
    document["outputs"] = {**document["outputs"], **outputs}
    return document


@pytest.fixture
def desk(engine: Engine) -> Office:
    made = office(mou(), signed(paper()), engine=engine)
    release_table.create(engine)
    return made


def releases(desk: Office) -> Releases:
    gate = Gate(desk.register, desk.ledger, Vault(MemoryKeyStore()), desk.clock, KNOWN)
    return Releases(desk.engine, desk.ledger, desk.register, gate)


def refusals(desk: Office) -> list[str]:
    entries = desk.ledger.entries(kind="use.refused")
    return [reason["code"] for entry in entries for reason in entry.body["reasons"]]  # type: ignore[union-attr, index, misc, call-overload]


def test_a_table_is_suppressed_decided_written_down_and_kept(desk: Office) -> None:
    table = releases(desk).publish(line([5, 40, 60]), USE, why="quarterly report")
    assert table.id == "signals-by-town.1"
    assert table.hidden == {("a",), ("b",)}
    permitted, published = list(desk.ledger.entries())[-2:]
    assert (permitted.kind, published.kind, published.topic) == ("use.permitted", "release.published", table.id)
    assert published.body["sha256"] == table.sha256
    assert published.body["why"] == "quarterly report"
    assert releases(desk).all() == (table,)
    assert releases(desk).get(table.id) == table


def test_the_ledger_holds_no_count_of_the_table(desk: Office) -> None:
    releases(desk).publish(line([5, 4321, 6789]), USE)
    written = str([entry.body for entry in desk.ledger.entries(kind="release")])
    assert "4321" not in written and "6789" not in written


def test_a_table_that_shows_a_small_count_is_refused(desk: Office) -> None:
    with pytest.raises(SmallCell):
        releases(desk).publish(line([5, 40, 60]), USE, hidden=frozenset())
    assert "SMALL_CELL" in refusals(desk)
    assert releases(desk).all() == ()


def test_a_table_whose_hidden_count_can_be_subtracted_is_refused(desk: Office) -> None:
    with pytest.raises(Recoverable):
        releases(desk).publish(line([5, 40, 60]), USE, hidden=frozenset({("a",)}))
    assert refusals(desk) == ["RECOVERABLE"]


def test_a_table_prepared_elsewhere_passes_where_it_is_safe(desk: Office) -> None:
    hidden = frozenset({("a",), ("c",)})
    assert releases(desk).publish(line([5, 40, 60]), USE, hidden=hidden).hidden == hidden


def test_a_second_table_is_held_against_the_first(desk: Office) -> None:
    releases(desk).publish(line([5, 40, 60]), USE)
    with pytest.raises(Recoverable):
        releases(desk).publish(line([5, 40, 60]), USE, hidden=frozenset({("a",), ("c",)}))


def test_the_same_table_again_tells_nothing_new(desk: Office) -> None:
    first = releases(desk).publish(line([5, 40, 60]), USE)
    again = releases(desk).publish(line([5, 40, 60]), USE)
    assert again.cells == first.cells
    assert again.number == 2


def test_the_agreement_may_ask_for_more_than_eleven(engine: Engine) -> None:
    release_table.create(engine)
    desk = office(mou(), signed(paper(min_cell=30, zeros="suppressed")), engine=engine)
    table = releases(desk).publish(line([25, 0, 40, 60]), USE)
    assert {("a",), ("b",)} <= table.hidden
    assert table.standard.min_cell == 30


def test_the_memorandums_floor_holds_below_a_looser_agreement(engine: Engine) -> None:
    release_table.create(engine)
    desk = office(mou(), signed(paper(min_cell=3)), engine=engine)
    assert ("a",) in releases(desk).publish(line([5, 40, 60]), USE).hidden


def test_an_agreement_that_does_not_grant_release_releases_nothing(engine: Engine) -> None:
    release_table.create(engine)
    desk = office(mou(), signed(snap()), engine=engine)
    with pytest.raises(Refused) as raised:
        releases(desk).publish(line([50, 40, 60]), USE)
    assert raised.value.code == "ACTION_NOT_GRANTED"


def test_a_table_that_rests_on_nothing_known_is_refused(desk: Office) -> None:
    with pytest.raises(Refused):
        releases(desk).publish(
            line([50, 40, 60]),
            Use.of(
                actor=ANALYST, action=Action.RELEASE, purpose="prevention.outreach", dataset=CASES, fields={"favourite"}
            ),
        )


def test_checking_publishes_nothing_and_writes_nothing_down(desk: Office) -> None:
    before = desk.ledger.size()
    found = releases(desk).check(line([5, 40, 60]), USE)
    assert found.decision.permitted
    assert found.use.facts.smallest_cell == 60
    assert found.use.facts.recoverable_cells == 0
    assert (desk.ledger.size(), releases(desk).all()) == (before, ())


def test_a_table_with_nothing_to_show_is_not_published(desk: Office) -> None:
    with pytest.raises(Misconfigured) as raised:
        releases(desk).publish(line([5, 4]), USE)
    assert raised.value.code == "NOTHING_TO_SHOW"


@pytest.mark.parametrize("how", ["gone", "changed", "nonsense"])
def test_a_release_that_is_no_longer_what_was_published_stops_the_next(desk: Office, how: str) -> None:
    table = releases(desk).publish(line([5, 40, 60]), USE)
    text = table.text().replace('["c",60]', '["c",61]') if how == "changed" else "nonsense"
    with desk.engine.begin() as connection:
        connection.execute(delete(release_table) if how == "gone" else update(release_table).values(text=text))
    with pytest.raises(Misconfigured) as raised:
        releases(desk).publish(line([50, 40, 60], as_of=DAY + timedelta(days=7)), USE)
    assert raised.value.code == "RELEASE_ALTERED"


def test_of_two_who_publish_at_once_one_is_told_to_look_again(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = releases(desk), releases(desk)
    prepared = second._prepare(line([50, 40, 60]), USE, None)
    first.publish(line([50, 40, 60]), USE)
    monkeypatch.setattr(second, "_prepare", lambda *_: prepared)
    with pytest.raises(Busy):
        second.publish(line([50, 40, 60]), USE)
    assert len(releases(desk).all()) == 1


def test_a_release_nobody_published_is_unknown(desk: Office) -> None:
    with pytest.raises(Misconfigured) as raised:
        releases(desk).get("signals-by-town.9")
    assert raised.value.code == "RELEASE_UNKNOWN"


def test_the_same_table_gives_the_same_bytes_and_comes_back_whole(desk: Office) -> None:
    table = releases(desk).publish(line([5, 40, 60]), USE)
    assert recall(table.text()) == table
    assert recall(table.text()).text() == table.text()


def test_the_note_says_what_is_hidden_and_why_but_not_which_for_which_reason(desk: Office) -> None:
    note = releases(desk).publish(line([5, 40, 60]), USE).note()
    assert note.startswith("2 of 4 counts are not shown. Counts of fewer than 11 households are not shown")
    assert "could be worked out" in note
