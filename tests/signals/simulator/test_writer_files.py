from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from governance.ids import DatasetId
from signals.contract import Contract
from signals.feed import load_feeds
from signals.parser import parse
from signals.simulator import simulate
from tests.signals.mailroom import Mailroom, balanced, mailroom

UNTIL = date(2026, 5, 29)
FEEDS = load_feeds()
AGENCIES = ("claims", "custody", "docket", "outreach", "snap", "tanf", "utility")
OTHER_DOORS = {"custody.snapshot"}
"""Feeds that bring what another feed brings, in another format: the invented state uses one of the two."""
NEW = sorted(dataset for dataset in FEEDS if dataset.split(".")[0] in AGENCIES and dataset not in OTHER_DOORS)
MAIN = (
    "claims.unemployment",
    "custody.bookings",
    "docket.filings",
    "docket.hearings",
    "outreach.signups",
    "snap.members",
    "snap.certifications",
    "snap.notices",
    "snap.interviews",
    "snap.closures",
    "utility.accounts",
    "utility.notices",
)
EXPECTED_FLAWS = {
    "claims.unemployment": {
        "last_name.required",
        "status.codes",
        "filed_on.type",
        "weekly_benefit_in_range",
    },
    "custody.bookings": {"last_name.required", "booked_on.type", "person_no.required"},
    "docket.filings": {"last_name.required", "case_type.codes", "filed_on.type", "amount_not_negative"},
    "docket.hearings": {"outcome.codes", "hearing_on.type", "litigant_id.required"},
    "docket.judgments": {"amount_not_negative", "how.codes", "judgment_on.type"},
    "docket.writs": {"returned.codes", "issued_on.type", "litigant_id.required"},
    "outreach.signups": {"last_name.required", "language.required", "signed_on.type", "safe_to_text.codes"},
    "snap.members": {"client_id.required", "relationship.codes", "born_on.type", "last_name.required"},
    "snap.certifications": {"start_on.type", "status.codes", "benefit_not_negative"},
    "snap.interviews": {"status.codes", "scheduled_on.type", "client_id.required"},
    "snap.notices": {"kind.codes", "sent_on.required", "client_id.required"},
    "snap.closures": {"reason.codes", "closed_on.type", "client_id.required"},
    "tanf.families": {"cash_amount.type"},
    "tanf.adults": {"date_of_birth.type"},
    "tanf.children": {"date_of_birth.type"},
    "tanf.closed_cases": {"case_number.required"},
    "tanf.closed_persons": {"date_of_birth.type"},
    "utility.accounts": {"last_name.required", "born_on.type", "customer_id.required"},
    "utility.notices": {"kind.codes", "issued_on.type", "amount_not_negative"},
}
SCHEDULED = {"hearing_on", "scheduled_on", "effective_on", "end_on", "levy_on", "due_on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the contract keeps of a dataset's files, how many rows fail which check, and how many there are."""

    kept: pl.DataFrame
    failed: Counter[str] = field(default_factory=Counter)
    rows: int


Look = dict[str, Seen]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Commonwealth of 2,000 households over a year."""
    folder = tmp_path_factory.mktemp("written")
    simulate(folder, households=2_000, months=12, seed=11, until=UNTIL)
    return folder


@pytest.fixture(scope="module")
def seen(out: Path) -> Look:
    return {dataset: look(out, dataset) for dataset in NEW}


def files(out: Path, dataset: str) -> list[Path]:
    feed = FEEDS[DatasetId(dataset)]
    return sorted(file for file in (out / dataset.split(".", maxsplit=1)[0]).iterdir() if feed.matches(file.name))


def look(out: Path, dataset: str) -> Seen:
    feed = FEEDS[DatasetId(dataset)]
    contract, kept, failed, rows = Contract(feed, delivered_on=UNTIL), [], Counter[str](), 0
    for file in files(out, dataset):
        for batch in parse(feed, file, {}):
            judged = contract.judge(batch)
            kept.append(judged.kept)
            rows += batch.height
            for place, number in judged.failed.group_by("_flaw").len().iter_rows():
                failed[contract.flaws[place].check] += number
    return Seen(kept=pl.concat(kept), failed=failed, rows=rows)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Mailroom:
    return mailroom(tmp_path_factory.mktemp("home"))


def test_every_feed_of_these_agencies_is_looked_at() -> None:
    assert set(NEW) == set(EXPECTED_FLAWS)


@pytest.mark.parametrize("dataset", NEW)
def test_a_file_keeps_its_contract_but_for_what_is_broken_on_purpose(seen: Look, dataset: str) -> None:
    found = seen[dataset]
    assert found.rows == found.kept.height + found.failed.total()
    assert set(found.failed) <= EXPECTED_FLAWS[dataset] | {"row_shape"}
    assert 0 < found.failed.total() <= max(2, found.rows * 0.03)


@pytest.mark.parametrize("dataset", NEW)
def test_intake_takes_a_file_as_it_is(room: Mailroom, out: Path, seen: Look, dataset: str) -> None:
    taken = [room.take(dataset, file) for file in files(out, dataset)]
    assert all(balanced(each) for each in taken)
    assert sum(each.delivered for each in taken) == seen[dataset].rows
    assert sum(each.kept for each in taken) >= 0.9 * seen[dataset].rows
    flaws = {check for each in taken for check in each.quarantine_counts}
    assert flaws <= EXPECTED_FLAWS[dataset] | {"row_shape"}


@pytest.mark.parametrize("dataset", NEW)
def test_the_truth_knows_everybody_in_a_file(seen: Look, out: Path, dataset: str) -> None:
    known = pl.read_csv(out / "truth" / "persons.csv", infer_schema=False)
    person = FEEDS[DatasetId(dataset)].person
    assert person is not None
    keys = seen[dataset].kept[person.field].drop_nulls().cast(pl.String)
    assert {f"{person.space}:{key}" for key in keys} <= set(known["person_key"])


@pytest.mark.parametrize("dataset", MAIN)
def test_a_file_has_what_agencies_files_have(seen: Look, dataset: str) -> None:
    """Duplicates, corrections, deletions, and rows that were entered weeks late."""
    feed, kept = FEEDS[DatasetId(dataset)], seen[dataset].kept
    values = [column.name for column in feed.columns if column.name != "updated_on"]
    assert kept.drop("_row").is_duplicated().any()
    versions = kept.group_by(feed.key).agg(
        pl.struct(values).n_unique().alias("versions"), pl.col("updated_on").n_unique()
    )
    assert versions.filter((pl.col("versions") > 1) & (pl.col("updated_on") > 1)).height > 0
    assert feed.deleted_on is not None
    assert kept[feed.deleted_on].drop_nulls().len() > 0
    if feed.occurred_on and feed.occurred_on not in SCHEDULED:
        entered = (pl.col("updated_on") - pl.col(feed.occurred_on)).min().over(feed.key)
        assert kept.filter(entered >= timedelta(days=10)).height > 0


@pytest.mark.parametrize("dataset", NEW)
def test_nothing_but_what_is_set_for_a_day_lies_after_the_last_one(seen: Look, dataset: str) -> None:
    feed = FEEDS[DatasetId(dataset)]
    for name in {column.name for column in feed.columns if column.is_day} - SCHEDULED:
        assert seen[dataset].kept.filter(pl.col(name).cast(pl.Date) > UNTIL).is_empty(), name


def test_a_sealed_case_is_sealed_in_every_file_of_the_court(seen: Look) -> None:
    filings = seen["docket.filings"].kept
    sealed = dict(filings.filter(pl.col("sealed_on").is_not_null()).select("case_no", "sealed_on").iter_rows())
    assert sealed
    for name in ("docket.hearings", "docket.judgments", "docket.writs"):
        marked = seen[name].kept.filter(pl.col("sealed_on").is_not_null() & pl.col("case_no").is_in(list(sealed)))
        assert all(sealed[case] == day for case, day in marked.select("case_no", "sealed_on").iter_rows())
        assert marked.height > 0 or name != "docket.hearings"


def test_tanf_reports_have_corrections_and_duplicates(seen: Look) -> None:
    families = seen["tanf.families"].kept
    key = list(FEEDS[DatasetId("tanf.families")].key)
    assert families.drop("_row").is_duplicated().any()
    changed = families.drop("_row").unique()
    assert changed.group_by(key).len().filter(pl.col("len") > 1).height > 0


def test_snap_and_tanf_know_a_family_by_the_same_number(seen: Look, out: Path) -> None:
    truth = dict(
        pl.read_csv(out / "truth" / "persons.csv", infer_schema=False)
        .select("person_key", "true_household")
        .iter_rows()
    )
    snap = {
        case: truth[f"snap:{client}"]
        for case, client in seen["snap.members"]
        .kept.filter(pl.col("relationship") == "head")
        .select("case_no", "client_id")
        .iter_rows()
    }
    tanf = set(seen["tanf.families"].kept["case_number"].cast(pl.String))
    shared = tanf & set(snap)
    assert shared
    assert all(truth[f"tanf.case:{case}"] == snap[case] for case in shared)


def test_only_telephones_of_sign_ups_text_back_and_soon(out: Path) -> None:
    replies = pl.read_csv(out / "phones" / "replies.csv", infer_schema=False)
    assert replies.columns == ["phone", "body", "received_at"]
    digits = pl.col("phone").str.replace_all(r"\D", "").str.slice(-10)
    signups = pl.read_csv(out / "outreach" / "signups.csv", infer_schema=False, truncate_ragged_lines=True)
    day = pl.col("signed_on").replace("2026-02-30", None).fill_null(pl.col("updated_on")).alias("day")
    signed = dict(signups.select(digits.alias("phone"), day).sort("day", descending=True).iter_rows())
    known = {f"+1{phone}": date.fromisoformat(day) for phone, day in signed.items()}
    received = [datetime.fromisoformat(at) for at in replies["received_at"]]
    assert received == sorted(received)
    assert {at.utcoffset() for at in received} == {timedelta(hours=-4), timedelta(hours=-5)}
    assert max(at.date() for at in received) <= UNTIL
    first: dict[str, datetime] = {}
    for phone, at in zip(replies["phone"], received, strict=True):
        first.setdefault(phone, at)
        assert phone in known
        assert at.date() >= known[phone]
    prompt = [at for phone, at in first.items() if at.date() - known[phone] <= timedelta(days=2)]
    assert len(prompt) > 0.7 * len(first)
    assert len(first) < len(known)
    assert {"STOP", "YES", "SI"} <= {body.upper() for body in replies["body"]}


def test_some_families_share_a_telephone_and_some_must_not_be_texted(seen: Look) -> None:
    signups = seen["outreach.signups"].kept
    digits = pl.col("phone").str.replace_all(r"\D", "").str.slice(-10).alias("digits")
    assert 0 < signups.filter(pl.col("safe_to_text") == "no").height < 0.2 * signups.height
    people = signups.with_columns(digits).group_by("digits").agg(pl.col("participant_id").n_unique())
    assert people.filter(pl.col("participant_id") > 1).height > 0
