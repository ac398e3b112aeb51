"""A night: from sealed rows to tasks, without what governance refuses, and the same however often it is run."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.queue import queue
from flows.bootstrap import Services, build, initialise
from flows.intaking import intake_of
from flows.night import open_night, run_night
from flows.night_report import last_report
from flows.reading import Reader
from governance.agreement import Agreement
from governance.database import reading
from governance.errors import Busy, Misconfigured, Refused
from governance.ids import AgreementId, DatasetId, HouseholdId
from rules import observe
from signals.intake import take, take_folder
from signals.sealed_file import SIGNAL
from signals.simulator import simulate
from tests.flows import homes

SCHOOLS, SHELTER, DOCKET = (AgreementId(f"DULA-2026-00{number}") for number in (1, 2, 4))
SIGNERS = {"owner": "steward-7", "recipient": "steward-8"}


def without_field(agreement: Agreement, dataset: str, field: str) -> Agreement:
    """The next version of an agreement, one field shorter, not signed yet."""
    document = agreement.model_dump(mode="json", by_alias=True, exclude_unset=True)
    document |= {"version": agreement.version + 1, "signatures": []}
    for each in document["datasets"]:
        if each["id"] == dataset:
            each["fields"] = [one for one in each["fields"] if one["name"] != field]
    return Agreement.model_validate_json(json.dumps(document))


def datasets(house: Services) -> set[str]:
    """Where the facts behind the open tasks come from."""
    reader = Reader(house)
    households = [task.household for task in reader.queue().tasks]
    reasons = [reason for each in households for reason in reader.why(each, worker="worker-1").reasons]
    return {fact.dataset for reason in reasons for fact in reason.facts}


def test_a_night_makes_tasks_from_every_agency_with_reasons_and_facts(house: Services) -> None:
    report = run_night(house, homes.UNTIL)
    assert report.ran and report.tasks > 0 and not report.refusals
    assert {"edfi.attendance", "docket.filings"} <= datasets(house)
    assert any(name.startswith("hmis.") for name in datasets(house))


def test_every_fact_names_its_source_its_days_its_agreement_grant_delivery_and_row(house: Services) -> None:
    run_night(house, homes.UNTIL)
    reader = Reader(house)
    for task in reader.queue().tasks:
        why = reader.why(task.household, worker="worker-1")
        assert why.reasons and why.score is None
        for fact in (fact for reason in why.reasons for fact in reason.facts):
            assert fact.row >= 1 and fact.known_on <= homes.UNTIL
            assert fact.delivery.startswith("d-") and fact.grant.startswith("g-")
            assert house.register.get(AgreementId(fact.agreement)).agreement.id == fact.agreement


def test_running_a_night_again_changes_nothing(house: Services) -> None:
    first = run_night(house, homes.UNTIL)
    before = homes.handed_out(house)
    again = run_night(house, homes.UNTIL)
    assert again.run == first.run
    assert homes.handed_out(house) == before


def test_the_list_is_cut_to_what_people_can_do(house: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = house.settings.model_copy(update={"tasks_per_worker": 1})
    few = build(narrow)
    report = run_night(few, homes.UNTIL)
    assert report.tasks == len(few.settings.workers)
    assert report.waiting == report.alerts - report.tasks


@pytest.mark.parametrize(("stopped", "prefix"), [(SCHOOLS, "edfi."), (SHELTER, "hmis."), (DOCKET, "docket.")])
def test_with_one_agreement_suspended_exactly_what_rested_on_it_is_refused(
    house: Services, stopped: AgreementId, prefix: str
) -> None:
    house.register.suspend(stopped, by="officer-1", why="an incident")
    report = run_night(house, homes.UNTIL)
    assert report.ran and report.tasks > 0
    assert {refusal.code for refusal in report.refusals} == {"NOT_ACTIVE"}
    lost = {refusal.what.removeprefix("indicator ") for refusal in report.refusals if refusal.stage == "look"}
    there = {feed for feed in house.feeds if house.store.files(feed, kind=SIGNAL)}  # nothing else is asked for
    rested = {each.id: each.dataset for each in house.indicators.values() if each.dataset.startswith(prefix)}
    assert lost == {id for id, dataset in rested.items() if dataset in there}
    assert len({(line.stage, line.what) for line in report.refusals}) == len(report.refusals)
    assert not any(name.startswith(prefix) for name in datasets(house))


def test_with_a_field_removed_exactly_what_rested_on_it_is_refused(house: Services) -> None:
    shorter = without_field(house.register.get(SHELTER).agreement, "hmis.exit", "destination")
    house.register.amend(shorter, signed_by=SIGNERS, by="steward-1")
    report = run_night(house, homes.UNTIL)
    lost = {line.what.removeprefix("indicator ") for line in report.refusals}
    need = {
        id for id, each in house.indicators.items() if each.dataset == "hmis.exit" and each.kind.startswith("exit_")
    }
    assert lost == need
    assert {line.code for line in report.refusals} == {"FIELD_NOT_LISTED"}
    assert report.tasks > 0


def test_an_identifier_removed_takes_out_its_ways_of_linking_and_no_others(house: Services) -> None:
    shorter = without_field(house.register.get(SHELTER).agreement, "hmis.client", "ssn")
    house.register.amend(shorter, signed_by=SIGNERS, by="steward-1")
    report = run_night(house, homes.UNTIL)
    assert report.refusals
    assert {line.stage for line in report.refusals} == {"link"}
    assert all("ssn" in line.what for line in report.refusals)
    assert "hmis.enrollment" in datasets(house)


def test_with_every_agreement_stopped_nothing_runs_and_the_report_says_so(house: Services) -> None:
    run_night(house, homes.UNTIL)
    for standing in house.register.all():
        house.register.suspend(standing.agreement.id, by="officer-1")
    report = run_night(house, homes.UNTIL)
    assert not report.ran
    assert Reader(house).queue().tasks == []


def test_a_suspended_agreements_reasons_are_withheld_before_the_next_night(house: Services) -> None:
    run_night(house, homes.UNTIL)
    everything = Reader(house).queue()
    house.register.suspend(DOCKET, by="officer-1")
    left = Reader(house).queue()
    assert left.withheld > 0
    assert len(left.tasks) + left.withheld == len(everything.tasks)
    shown = {task.household for task in left.tasks}
    gone = next(task.household for task in everything.tasks if task.household not in shown)
    with pytest.raises(Refused):
        Reader(house).why(gone, worker="worker-1")


def test_resuming_an_agreement_brings_its_tasks_back(house: Services) -> None:
    run_night(house, homes.UNTIL)
    before = {row[1] for row in homes.handed_out(house) if row[5:6] == ("open",)}
    house.register.suspend(SCHOOLS, by="officer-1")
    run_night(house, homes.UNTIL)
    house.register.resume(SCHOOLS, by="officer-1")
    run_night(house, homes.UNTIL)
    assert {row[1] for row in homes.handed_out(house) if row[5:6] == ("open",)} == before


def test_a_day_before_anything_was_known_has_no_tasks(house: Services) -> None:
    report = run_night(house, homes.UNTIL - timedelta(days=4_000))
    assert (report.tasks, report.alerts) == (0, 0)


def test_somebody_who_is_not_on_the_staff_sees_no_reasons(house: Services) -> None:
    run_night(house, homes.UNTIL)
    with reading(house.engine) as connection:
        household = queue(connection)[0].household
    stranger = build(house.settings.model_copy(update={"organisation": "ACME"}))
    with pytest.raises(Refused):
        Reader(stranger).why(household, worker="nobody")
    assert Reader(stranger).queue().tasks == []


def test_an_unknown_household_or_day_is_a_clear_error(house: Services) -> None:
    with pytest.raises(Misconfigured) as unknown:
        Reader(house).why(HouseholdId("hh-none"), worker="worker-1")
    assert unknown.value.code == "HOUSEHOLD_UNKNOWN"
    with pytest.raises(Misconfigured) as none:
        last_report(house, homes.UNTIL)
    assert none.value.code == "NIGHT_UNKNOWN"


def test_no_name_or_number_of_a_person_rests_in_clear_in_either_database(house: Services) -> None:
    run_night(house, homes.UNTIL)
    house.engine.dispose()
    house.ledger_engine.dispose()
    stored = b"".join(path.read_bytes() for path in house.settings.home.glob("*.db*"))
    people = Path(house.settings.home / "extracts" / "hmis" / "Client.csv").read_text().splitlines()[1:]
    numbers = [line.split(",")[6] for line in people if len(line.split(",")[6]) == 9]
    assert numbers
    assert not any(number.encode() in stored for number in numbers)
    assert (house.settings.home / "ledger.db").stat().st_size > 0


def test_with_one_agreement_expired_exactly_what_rested_on_it_is_refused(house: Services) -> None:
    now = house.register.get(DOCKET).agreement
    document = now.model_dump(mode="json", by_alias=True, exclude_unset=True)
    document |= {"version": now.version + 1, "signatures": []}
    document["term"] |= {"expires": "2025-01-01", "review_by": "2024-06-30"}
    house.register.amend(
        Agreement.model_validate_json(json.dumps(document)), signed_by=SIGNERS, by="steward-1", why="over"
    )
    report = run_night(house, homes.UNTIL)
    assert report.tasks > 0
    assert {line.code for line in report.refusals} == {"TERM_EXPIRED"}
    lost = {line.what.removeprefix("indicator ") for line in report.refusals if line.stage == "look"}
    asked = {id: each for id, each in house.indicators.items() if id in house.rulebook.used()}
    assert lost == {id for id, each in asked.items() if each.dataset.startswith("docket.")}


def test_another_capacity_is_another_night_and_the_list_follows_it(house: Services) -> None:
    wide = run_night(house, homes.UNTIL)
    few = build(house.settings.model_copy(update={"tasks_per_worker": 1}))
    narrow = run_night(few, homes.UNTIL)
    assert narrow.run != wide.run
    assert narrow.tasks == len(few.settings.workers) < wide.tasks
    again = run_night(house, homes.UNTIL)
    assert again.tasks == wide.tasks


def test_a_later_correction_changes_what_was_derived_from_it(house: Services) -> None:
    run_night(house, homes.UNTIL)
    before = {row[1] for row in homes.handed_out(house) if row[5:6] == ("open",)}
    extract = house.settings.home / "extracts" / "edfi" / "StudentSchoolAttendance.xml"
    assert extract.exists()
    docket = house.settings.home / "extracts" / "docket" / "docket_filings.csv"
    header, *lines = docket.read_text().splitlines()
    names = header.split(",")
    sealed = []
    for line in lines:
        cells = line.split(",")
        if len(cells) == len(names):
            cells[names.index("sealed_on")] = cells[names.index("updated_on")] = homes.UNTIL.isoformat()
            sealed.append(",".join(cells))
    corrected = house.settings.home / "docket_filings_sealed.csv"
    corrected.write_text("\n".join([header, *sealed]) + "\n")
    take(intake_of(house), DatasetId("docket.filings"), corrected)
    run_night(house, homes.UNTIL)
    assert "docket.filings" not in datasets(house)
    after = {row[1] for row in homes.handed_out(house) if row[5:6] == ("open",)}
    assert after != before


def test_a_night_whose_only_rows_are_refused_could_not_run_and_one_without_rows_could(tmp_path: Path) -> None:
    house = initialise(homes.settings(tmp_path / "home"))
    assert run_night(house, homes.UNTIL).ran
    simulate(tmp_path / "files", households=30, months=4, seed=1, until=homes.UNTIL)
    take_folder(intake_of(house), DatasetId("edfi"), tmp_path / "files" / "edfi", known_on=None)
    assert run_night(house, homes.UNTIL).ran
    house.register.suspend(SCHOOLS, by="officer-1")
    stopped = run_night(house, homes.UNTIL)
    assert not stopped.ran
    assert {line.code for line in stopped.refusals} == {"NOT_ACTIVE"}


def test_reasons_from_a_dataset_are_withheld_though_another_of_the_same_agreement_is_open(house: Services) -> None:
    run_night(house, homes.UNTIL)
    with reading(house.engine) as connection:
        resting = {task.household for task in queue(connection) if "hmis.exit" in task.datasets}
    shown = {task.household for task in Reader(house).queue().tasks}
    assert resting
    assert resting <= shown
    shorter = without_field(house.register.get(SHELTER).agreement, "hmis.exit", "destination")
    house.register.amend(shorter, signed_by=SIGNERS, by="steward-1")
    left = Reader(house).queue()
    assert not resting & {task.household for task in left.tasks}
    assert left.withheld == len(resting)
    with pytest.raises(Refused):
        Reader(house).why(next(iter(resting)), worker="worker-1")


def test_what_may_be_scored_but_not_explained_is_not_put_before_a_person(house: Services) -> None:
    now = house.register.get(SHELTER).agreement
    document = now.model_dump(mode="json", by_alias=True, exclude_unset=True)
    document |= {"version": now.version + 1, "signatures": []}
    for dataset in document["datasets"]:
        if dataset["id"] == "hmis.exit":
            for field in dataset["fields"]:
                field["actions"] = [action for action in field["actions"] if action != "explain"]
    house.register.amend(Agreement.model_validate_json(json.dumps(document)), signed_by=SIGNERS, by="steward-1")
    report = run_night(house, homes.UNTIL)
    assert [(line.stage, line.what, line.code) for line in report.refusals] == [
        ("hand out", "reasons from hmis.exit", "ACTION_NOT_GRANTED")
    ]
    assert report.alerts_by_rule["shelter.settling_in"] > 0
    assert "hmis.exit" not in datasets(house)


def case(number: str, litigant: str, name: str, *, filed_on: str = "2025-01-02", updated_on: str) -> dict[str, str]:
    """A row of the docket: a case over unpaid rent."""
    plain = {"role": "defendant", "first_name": name, "last_name": "Invented", "born_on": "1980-01-02"}
    plain |= {"case_type": "non_payment", "status": "open", "filed_on": filed_on, "party_no": "1"}
    return plain | {"case_no": number, "litigant_id": litigant, "updated_on": updated_on}


def test_a_correction_that_moves_a_row_to_somebody_else_takes_it_from_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "BLOCK_ROWS", 1)  # the two households are looked at apart, as in a state
    house = initialise(homes.settings(tmp_path / "home"))
    header = [column.name for column in house.feeds[DatasetId("docket.filings")].columns]

    def deliver(file: str, *rows: dict[str, str]) -> str:
        path = tmp_path / file
        with path.open("w", newline="") as out:
            writer = csv.DictWriter(out, header)
            writer.writeheader()
            writer.writerows(rows)
        taken = take(intake_of(house), DatasetId("docket.filings"), path)
        assert taken.kept == len(rows)
        return taken.delivery

    wrong = case("A", "L1", "Ana", filed_on="2026-05-20", updated_on="2026-05-21")
    deliver(
        "docket_filings_1.csv",
        wrong,
        case("B", "L2", "Bea", updated_on="2025-01-03"),
        case("C", "L1", "Ana", updated_on="2025-01-03"),
    )
    assert run_night(house, homes.UNTIL).alerts_by_rule["eviction.rent_case_filed"] == 1
    (first,) = (task.household for task in Reader(house).queue().tasks)
    second = deliver(
        "docket_filings_2.csv", wrong | {"litigant_id": "L2", "first_name": "Bea", "updated_on": "2026-05-28"}
    )
    assert run_night(house, homes.UNTIL).alerts_by_rule["eviction.rent_case_filed"] == 1
    (task,) = Reader(house).queue().tasks
    assert task.household != first
    why = Reader(house).why(task.household, worker="worker-1")
    assert {fact.delivery for reason in why.reasons for fact in reason.facts} == {second}


def test_a_second_night_at_once_is_told_to_wait(house: Services) -> None:
    with open_night(house, homes.UNTIL), pytest.raises(Busy) as busy:
        run_night(house, homes.UNTIL)
    assert busy.value.retryable
    assert run_night(house, homes.UNTIL).ran


def test_the_report_counts_what_stands_in_quarantine(house: Services) -> None:
    assert run_night(house, homes.UNTIL).quarantined > 0


def test_looking_in_blocks_finds_what_looking_at_once_finds(house: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run_night(house, homes.UNTIL)
    tasks = homes.handed_out(house)
    monkeypatch.setattr(observe, "BLOCK_ROWS", 700)
    other = build(house.settings.model_copy(update={"tasks_per_worker": 9}))
    blocks = run_night(other, homes.UNTIL)
    assert (blocks.signals, blocks.alerts_by_rule) == (whole.signals, whole.alerts_by_rule)
    monkeypatch.setattr(observe, "BLOCK_ROWS", 300)
    assert run_night(house, homes.UNTIL).alerts_by_rule == whole.alerts_by_rule
    assert {row[0] for row in homes.handed_out(house)} >= {row[0] for row in tasks}
