"""Pages of an invented evening, for looking at: nobody in them exists."""

from __future__ import annotations

from datetime import date, timedelta

from alerts.programme import load_programmes, named
from alerts.queue import AlertCount, Move
from alerts.reasons import Fact
from console.view import (
    ActionUses,
    AlertCounts,
    HouseholdView,
    LedgerHead,
    Pages,
    PurposeUses,
    QueueRow,
    QueueView,
    ReasonView,
    UsesByPurpose,
)
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId, DeliveryId, GrantId, HouseholdId, RunId, TaskId
from governance.ledger import Verification

DAY = date(2026, 5, 29)
RUN = RunId("2026-05-29-1a2b3c4d-r1")
FIRST = HouseholdId("hh-3f9c21d07ab84e65")
WORKERS = ("worker-1", "worker-2", "worker-3")
ROOT = bytes.fromhex("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")

ROWS: tuple[tuple[int, int, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        1,
        4,
        ("A hearing in a non-payment case is set for 4 June 2026, in 6 days.",),
        ("tenancy_legal_aid", "rental_arrears_fund"),
    ),
    (
        1,
        8,
        (
            "An eviction judgment was entered 3 days ago; the family can still ask for a stay.",
            "11 unexcused absences in 90 days, up from 2 in the 90 days before.",
        ),
        ("tenancy_legal_aid", "family_navigator", "school_attendance_support"),
    ),
    (
        2,
        3,
        ("Entered a homeless programme 9 days ago, coming from a relative’s home.",),
        ("rapid_rehousing", "school_stability_liaison"),
    ),
    (2, 5, ("14 unexcused absences in 90 days.",), ("school_attendance_support",)),
    (
        2,
        5,
        ("Left shelter 40 days ago for a place that may not last.", "6 unexcused absences since then."),
        ("aftercare_visits", "school_stability_liaison"),
    ),
    (3, 12, ("Tardy on 10 of the last 20 school days.",), ("school_attendance_support",)),
)
NOTE = """hearthline.example/ledger
1204
bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=

— hearthline.example/ledger Az3grlgt…
"""


def example(*, broken: bool = False) -> Pages:
    """Pages of one invented evening.

    Args:
        broken: let the ledger's check find something.
    """
    return Pages(
        asker="worker-1",
        queue=queue,
        household=household,
        alert_counts=alert_counts,
        uses_by_purpose=uses,
        ledger_head=head,
        verify=lambda: verification(broken=broken),
    )


def queue(worker: str | None) -> QueueView:
    programmes = load_programmes()
    tasks = tuple(
        QueueRow(
            task=TaskId(f"t-{number}"),
            household=HouseholdId(FIRST if number == 0 else f"hh-{number}e5a7c19d0b2f468"),
            tier=tier,
            due_on=DAY + timedelta(days=days),
            owner=WORKERS[number % 3],
            reasons=reasons,
            programmes=tuple(each.name for each in named(programmes, ids)),
        )
        for number, (tier, days, reasons, ids) in enumerate(ROWS)
    )
    mine = tuple(task for task in tasks if worker in {None, task.owner})
    return QueueView(tasks=mine, worker=worker, workers=WORKERS, as_of=DAY, today=DAY + timedelta(days=1), waiting=23)


def household(id: HouseholdId) -> HouseholdView:
    if id != FIRST:
        raise Misconfigured("There is no task for that household.", "See the queue.", code="HOUSEHOLD_UNKNOWN")
    return HouseholdView(
        household=id,
        task=TaskId("t-0"),
        status="open",
        tier=1,
        due_on=DAY + timedelta(days=4),
        owner="worker-1",
        as_of=DAY,
        reasons=(
            ReasonView(
                text="A hearing in a non-payment case is set for 4 June 2026, in 6 days.",
                citation="Hearthline example policy",
                facts=(fact("days_until_hearing", 1, "event", -6, "docket.filings", 4, 118),),
            ),
            ReasonView(
                text="11 unexcused absences in 90 days, up from 2 in the 90 days before.",
                citation="M.G.L. c.76 s.1B",
                facts=tuple(
                    fact("unexcused_absences_90d", 1, "event", 3 * number + 1, "edfi.attendance", 1, 4021 + 17 * number)
                    for number in range(11)
                ),
            ),
        ),
        programmes=named(load_programmes(), ("tenancy_legal_aid", "rental_arrears_fund", "school_attendance_support")),
        history=(
            Move(kind="opened", run=RunId("2026-05-27-1a2b3c4d-r1"), owner="worker-1", as_of=DAY - timedelta(days=2)),
            Move(kind="refreshed", run=RUN, owner="worker-1", as_of=DAY),
        ),
    )


def fact(indicator: str, value: float, unit: str, ago: int, dataset: str, agreement: int, row: int) -> Fact:
    return Fact(
        indicator=indicator,
        value=value,
        unit=unit,
        occurred_on=DAY - timedelta(days=ago),
        known_on=DAY - timedelta(days=max(0, ago - 1)),
        dataset=DatasetId(dataset),
        agreement=AgreementId(f"DULA-2026-00{agreement}"),
        grant=GrantId(f"g-{agreement}f0d3a7b92c45e8116d0c2b4"),
        delivery=DeliveryId(f"d-{agreement}7c0d9be3f1a44e2a8d65b90cf3e1427"),
        row=row,
    )


def alert_counts() -> AlertCounts:
    found = (
        ("school.unexcused_absences", "Many unexcused absences", 412),
        ("eviction.hearing_soon", "An eviction hearing within 14 days", 61),
        ("shelter.entry", "A new stay in a homeless programme", 37),
        ("eviction.judgment", "An eviction judgment", 19),
        ("shelter.exit_to_homelessness", "Left a programme without a home", 4),
    )
    counts = tuple(AlertCount(run=RUN, rule=rule, title=title, households=number) for rule, title, number in found)
    return AlertCounts(as_of=DAY, counts=counts)


def uses() -> UsesByPurpose:
    outreach = (
        ActionUses(action="explain", permitted=7, refused=0, codes=()),
        ActionUses(action="match", permitted=18, refused=2, codes=(("LINK_NOT_MUTUAL", 2),)),
        ActionUses(action="score", permitted=24, refused=3, codes=(("FIELD_NOT_LISTED", 2), ("NOT_ACTIVE", 1))),
        ActionUses(action="view", permitted=131, refused=0, codes=()),
    )
    other = (
        ActionUses(action="view", permitted=0, refused=1, codes=(("MOU_PROHIBITED", 1), ("PURPOSE_NOT_LISTED", 1))),
    )
    return UsesByPurpose(
        purposes=(
            PurposeUses(purpose="prevention.outreach", actions=outreach),
            PurposeUses(purpose="immigration_enforcement", actions=other),
        ),
        entries=1204,
    )


def head() -> LedgerHead:
    return LedgerHead(size=1204, root=ROOT.hex(), note=NOTE, key="hearthline.example/ledger+1f4c9a22+AQ7yLmN0…")


def verification(*, broken: bool) -> Verification:
    problems = ("Entry 17: its text does not have the hash that was stored.",) if broken else ()
    return Verification(size=1204, root=ROOT, signed=True, verified=not broken, problems=problems)
