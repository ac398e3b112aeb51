"""The subject's side as families and officers meet it: what is held, who used it, what was wrong, and saying no."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from flows.cli.handler import run
from flows.correcting import follow_up
from flows.doctor import Check, corrections, examine
from flows.reading import Reader
from flows.subject import SubjectDesk
from flows.subject_rights import forget
from governance.accounting import AT_ITS_WISH
from governance.clock import FixedClock
from governance.correction import Answer, Place
from governance.database import transaction
from governance.errors import Misconfigured
from governance.ids import DatasetId, HouseholdId
from governance.opt_out import opt_out as opt_out_table
from tests.flows.nights import MORNING, Event, Played, Story, Wrong, stories

Capture = pytest.CaptureFixture[str]
HILL, CASTRO, OKOYE = "the Hill family", "the Castro family", "the Okoye family"
STORIES = dict(stories())
NO = Event(family=HILL, opts_out=True)
CASE = {
    "role": "defendant",
    "case_type": "non_payment",
    "status": "open",
    "filed_on": "2026-05-21",
    "amount_claimed": "900",
    "updated_on": "2026-05-21",
}
COURT_SENDS = Event(
    family=OKOYE,
    on=date(2026, 5, 22),
    rows=({DatasetId("docket.filings"): {"case_no": "26SP0099", "party_no": "1", "litigant_id": "L3", **CASE}},),
)
"""The court's file of another day: without it nobody knows of that day whether a case still stands."""
WRONG = Event(family=CASTRO, corrects=Wrong(dataset=DatasetId("utility.notices"), field="kind"))


def after_one_night(folder: Path, story: str) -> Played:
    played = Played(folder / "home", STORIES[story])
    played.begin()
    return played


@pytest.fixture
def texted(tmp_path: Path) -> Played:
    """The Hills and the Okoyes after one night: a case each, and the Hills were sent a text."""
    return after_one_night(tmp_path, "household_opts_out")


@pytest.fixture
def notified(tmp_path: Path) -> Played:
    """The Castros and the Okoyes after one night: a notice each."""
    return after_one_night(tmp_path, "row_corrected")


def view(played: Played, family: str, by: str = "worker-1") -> Any:
    return SubjectDesk(played.house, by).view(played.household(family))


def said(played: Played, capsys: Capture, *words: str) -> Any:
    capsys.readouterr()
    assert run([*words, "--home", str(played.house.settings.home), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_says_what_is_held_from_whom_and_since_when(texted: Played) -> None:
    held = {each.dataset: each for each in view(texted, HILL).signals}
    case = held[DatasetId("docket.filings")]
    assert (case.agency, case.agreement, case.rows, case.counting) == ("TRC", "DULA-2026-004", 1, 1)
    assert case.first_at == texted.house.ledger.get(1).at
    assert [fact["status"] for fact in case.facts] == ["open"]
    assert {"first_name", "last_name"} <= set(case.unshown)
    assert "outreach.signups" in held


def test_it_tells_nothing_of_anybody_else(texted: Played) -> None:
    told = str(view(texted, HILL))
    assert "26SP0003" not in told
    assert str(texted.household(OKOYE)) not in told


def test_it_says_who_looked_and_that_somebody_looks_now(texted: Played) -> None:
    household = texted.household(HILL)
    owner = Reader(texted.house).queue().tasks[0].owner
    Reader(texted.house).why(household, worker=owner)
    before = view(texted, HILL, by="officer-1").uses
    assert owner in {look.actor for look in before}
    again = view(texted, HILL).uses
    mine = [look for look in again if look.actor == "officer-1"]
    assert mine and {look.for_what for look in mine} == {AT_ITS_WISH}
    assert {look.role for look in mine} == {"privacy_officer"}


def test_it_says_which_runs_went_over_its_rows_and_what_came_of_them(texted: Played) -> None:
    found = view(texted, HILL)
    assert {"match", "score"} <= {ran.action for ran in found.runs}
    assert [move.kind for move in found.alerts] == ["opened"]
    assert [text.status for text in found.messages if text.kind == "offer"] == ["sent"]
    assert {said.state for said in found.consents} == {"granted"}
    assert found.opted_out == found.corrections == []


def test_a_household_that_nobody_knows_is_refused(texted: Played) -> None:
    with pytest.raises(Misconfigured) as refused:
        SubjectDesk(texted.house, "worker-1").view(HouseholdId("hh-ffffffffffffffff"))
    assert refused.value.code == "HOUSEHOLD_UNKNOWN"


def test_a_no_stops_texts_at_once_and_everything_else_from_the_next_night_on(texted: Played) -> None:
    household = texted.household(HILL)
    texted.happen(NO)
    assert {str(state) for state in texted.house.consents.of_households([household]).values()} == {"revoked"}
    assert household in {task.household for task in Reader(texted.house).queue().tasks}
    texted.end()
    assert household not in texted.open_households()
    assert texted.household(OKOYE) in texted.open_households()


def test_who_said_no_is_still_told_what_is_held_and_the_receipt(texted: Played) -> None:
    texted.happen(NO)
    texted.end()
    found = view(texted, HILL)
    assert "docket.filings" in {held.dataset for held in found.signals}
    assert found.opted_out == [texted.receipt.number]
    assert {said.state for said in found.consents} == {"revoked"}


def test_a_no_that_is_taken_back_counts_no_more_from_the_next_night_on(texted: Played) -> None:
    texted.happen(NO)
    texted.end()
    texted.house.opt_outs.withdraw(texted.receipt.number, by="worker-1")
    texted.happen(COURT_SENDS)
    texted.end(days=1)
    assert texted.household(HILL) in texted.open_households()
    states = texted.house.consents.of_households([texted.household(HILL)]).values()
    assert {str(state) for state in states} == {"revoked"}  # texts need a new yes


def test_doctor_names_the_no_that_an_older_database_lost(texted: Played) -> None:
    texted.happen(NO)
    with transaction(texted.house.engine) as connection:
        connection.execute(delete(opt_out_table))
    (found,) = [check for check in examine(texted.house.settings) if check.name == "opt-outs"]
    assert not found.ok and texted.receipt.number in found.detail


def test_a_correction_goes_to_the_owner_with_a_day_to_answer_by(notified: Played) -> None:
    notified.happen(WRONG)
    (asked,) = view(notified, CASTRO).corrections
    paper = notified.house.register.get(asked.agreement).agreement
    assert (asked.owner, asked.steward) == (paper.parties.owner.agency, paper.parties.owner.steward)
    assert asked.due_on == notified.house.clock.today() + timedelta(days=paper.subject_rights.access_days)
    assert (asked.place, asked.answer) == (Place.ASKED, None)
    assert view(notified, OKOYE).corrections == []


def test_the_owners_corrected_row_closes_what_was_asked(notified: Played) -> None:
    notified.happen(WRONG)
    notified.happen(STORIES["row_corrected"].between[0])
    notified.end()
    (asked,) = view(notified, CASTRO).corrections
    assert (asked.place, asked.answer) == (Place.ANSWERED, Answer.CORRECTED)
    assert asked.delivery


def test_a_row_that_a_court_seals_closes_what_was_asked(tmp_path: Path) -> None:
    played = after_one_night(tmp_path, "row_sealed")
    before = played.household(HILL)
    played.happen(Event(family=HILL, corrects=Wrong(dataset=DatasetId("docket.filings"), field="status")))
    played.happen(STORIES["row_sealed"].between[0])
    played.end()
    told = SubjectDesk(played.house, "worker-1").view(before)
    assert [each.answer for each in told.corrections] == [Answer.DELETED]


def test_the_same_row_again_and_another_familys_answer_nothing(notified: Played) -> None:
    notified.happen(WRONG)
    notices = [row for row in _rows(STORIES["row_corrected"], CASTRO) if "utility.notices" in row]
    notified.happen(Event(family=CASTRO, rows=tuple(_later(row) for row in notices)))
    okoyes = [row for row in _rows(STORIES["row_corrected"], OKOYE) if "utility.notices" in row]
    changed: Any = tuple({"utility.notices": {**row["utility.notices"], "kind": "past_due"}} for row in okoyes)
    notified.happen(Event(family=OKOYE, rows=changed))
    assert follow_up(notified.house) == []
    assert [each.place for each in view(notified, CASTRO).corrections] == [Place.ASKED]


def test_doctor_names_a_correction_that_nobody_answered_in_time(notified: Played) -> None:
    notified.happen(WRONG)
    (asked,) = notified.house.corrections.all()
    assert [check.ok for check in _asked_of_doctor(notified, asked.due_on)] == [True]
    (found,) = _asked_of_doctor(notified, asked.due_on + timedelta(days=1))
    assert not found.ok and asked.number in found.detail


def test_the_index_can_be_erased_and_the_log_stays_as_it_was(texted: Played) -> None:
    household = texted.household(HILL)
    Reader(texted.house).why(household, worker="worker-1")
    assert view(texted, HILL).uses
    before = list(texted.house.ledger.entries())
    gone = forget(texted.house, household, by="officer-1")
    assert gone > 0
    assert texted.house.subjects.uses_of(household) == frozenset()
    assert texted.house.ledger.verify().verified
    after = list(texted.house.ledger.entries())
    assert after[: len(before)] == before
    assert after[-1].kind == "subject.index_erased"
    assert household not in str([entry.body for entry in texted.house.ledger.entries()])


def test_the_commands_tell_correct_and_say_no(texted: Played, capsys: Capture) -> None:
    household = texted.household(HILL)
    told = said(texted, capsys, "subject", household)
    assert told["household"] == household and told["signals"] and told["runs"]
    words = ["--dataset", "docket.filings", "--field", "status", "--why", "outdated"]
    (asked,) = said(texted, capsys, "subject", "correct", household, *words)["corrections"]
    assert texted.house.correction_rows.of(asked["number"])
    (sent,) = said(texted, capsys, "subject", "sent", asked["number"])["corrections"]
    assert sent["place"] == "sent"
    (answered,) = said(texted, capsys, "subject", "answered", asked["number"], "--answer", "stands")["corrections"]
    assert (answered["place"], answered["answer"]) == ("answered", "stands")
    assert texted.house.correction_rows.of(asked["number"]) == frozenset()
    assert said(texted, capsys, "subject", "corrections")["corrections"] == [answered]
    receipt = said(texted, capsys, "subject", "opt-out", household)
    assert receipt["telephones"] == 1
    assert "next training" in receipt["effective"]
    assert said(texted, capsys, "subject", "opt-in", receipt["number"])["effective"] == "the next night"
    assert said(texted, capsys, "subject", "forget", household)["uses"] > 0


def test_the_page_is_in_plain_words(texted: Played, capsys: Capture) -> None:
    capsys.readouterr()
    assert run(["subject", texted.household(HILL), "--home", str(texted.house.settings.home)]) == 0
    out = capsys.readouterr().out
    assert "Eviction cases and the people sued: held too, and not to be shown here: born_on" in out
    assert "hearthline worked out who should be offered help, once: docket.filings. For: Offer households" in out
    assert "2026-05-20: a task was opened, with worker-" in out
    assert "Corrections:\n  none." in out


@pytest.mark.parametrize(
    "words",
    [
        ["subject", "show", "Ada Hill"],
        ["subject", "opt-in", "x-0000"],
        ["subject", "answered", "q-0000", "--answer", "stands"],
        ["subject", "opt-out", "hh-ffffffffffffffff"],
    ],
)
def test_what_is_not_known_is_said_and_nothing_is_written(texted: Played, capsys: Capture, words: list[str]) -> None:
    before = texted.house.ledger.head().size
    assert run([*words, "--home", str(texted.house.settings.home)]) == 1
    assert "Ada Hill" not in capsys.readouterr().err
    written = texted.house.ledger.entries(kind="subject")
    assert [entry for entry in written if entry.index >= before] == []


def _asked_of_doctor(played: Played, day: date) -> list[Check]:
    return list(corrections(replace(played.house, clock=FixedClock(datetime.combine(day, MORNING, UTC)))))[:1]


def _rows(story: Story, name: str) -> tuple[Any, ...]:
    return next(family.rows for family in story.families if family.family == name)


def _later(row: Any) -> Any:
    """The same row, sent again a day later."""
    return {name: {**cells, "updated_on": STORIES["row_corrected"].first} for name, cells in row.items()}
