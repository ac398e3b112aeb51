"""Pages of an invented evening, for looking at: nobody in them exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial

from alerts.programme import load_programmes, named
from alerts.queue import AlertCount, Move
from alerts.reasons import Fact
from console.view import (
    ActionUses,
    AlertCounts,
    Calibration,
    FeedCount,
    FindingView,
    FrontView,
    HouseholdView,
    LedgerHead,
    ListFigures,
    ModelView,
    Pages,
    PurposeUses,
    QueueRow,
    QueueView,
    ReasonView,
    Refusal,
    TimelineEvent,
    UsesByPurpose,
)
from governance.errors import Misconfigured, Reason, Refused
from governance.ids import AgreementId, DatasetId, DeliveryId, GrantId, HouseholdId, RunId, TaskId
from governance.ledger import Verification
from tests.console import example_text as text

DAY = date(2026, 5, 29)
RUN = RunId("2026-05-29-1a2b3c4d-r1")
FIRST = HouseholdId("hh-3f9c21d07ab84e65")
CONSENTS = ("granted", "none", "asked", "revoked")
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
FINDINGS = (
    FindingView(
        entry=1190,
        at=datetime(2026, 5, 28, 23, 40, tzinfo=UTC),
        title="Looks outside office hours",
        actor="worker-3",
        detail="4 looks outside office hours, 19:40 to 20:05.",
    ),
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
        invented=True,
        queue=queue,
        household=household,
        alert_counts=alert_counts,
        uses_by_purpose=uses,
        ledger_head=head,
        verify=lambda: verification(broken=broken),
        front=front,
        outbox=text.outbox,
        trace=partial(text.trace, REASONS),
        refusals=lambda: REFUSALS,
        findings=lambda: FINDINGS,
        model=model,
        webhook=webhook,
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
            consent=CONSENTS[number % 4],
            texted_on=DAY if number == 0 else None,
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
        reasons=REASONS,
        programmes=named(load_programmes(), ("tenancy_legal_aid", "rental_arrears_fund", "school_attendance_support")),
        history=(
            Move(kind="opened", run=RunId("2026-05-27-1a2b3c4d-r1"), owner="worker-1", as_of=DAY - timedelta(days=2)),
            Move(kind="refreshed", run=RUN, owner="worker-1", as_of=DAY),
        ),
        timeline=tuple(days()),
        texts=text.LINES,
        consent="granted",
        said=text.SAID,
        contact=text.CONTACT,
    )


def days() -> Iterator[TimelineEvent]:
    court, school, power = "Eviction court (TRC)", "School (DESE)", "Electricity, gas, water (DPU)"
    yield TimelineEvent(day=date(2025, 3, 11), lane=power, label="Past due", detail="$212.40")
    yield TimelineEvent(day=date(2025, 9, 2), lane=power, label="Past due", detail="$431.10")
    yield TimelineEvent(day=date(2026, 5, 11), lane=power, label="Shut-off notice", detail="$1,337.00")
    yield TimelineEvent(day=DAY + timedelta(days=9), lane=power, label="Shut-off set", kind="deadline")
    yield TimelineEvent(day=date(2026, 4, 20), lane=court, label="Case filed", detail="rent of $4,980.00")
    yield TimelineEvent(day=DAY + timedelta(days=6), lane=court, label="Hearing", detail="trial", kind="deadline")
    for number in range(11):
        yield TimelineEvent(day=DAY - timedelta(days=3 * number + 1), lane=school, label="Unexcused absence")
    yield TimelineEvent(day=DAY - timedelta(days=2), lane="This task", label="Put on the list", kind="move")
    yield TimelineEvent(day=DAY, lane="This task", label="Confirmed", kind="move")
    for each in text.LINES:
        label = "We texted" if each.outgoing else "The family texted"
        yield TimelineEvent(day=each.at.date(), lane="Texts", label=label, detail=each.status, kind="text")


def front() -> FrontView:
    return FrontView(
        as_of=DAY,
        today=DAY,
        ledger=head(),
        delivered=79_102,
        kept=78_383,
        quarantined=226,
        persons=6607,
        households=2049,
        alerts=444,
        foreseen=40,
        waiting=404,
        tasks=40,
        workers=4,
        sent=6,
        held=34,
        signed_up=943,
        agreed=649,
        refused=6,
        model="model-ded6e5d250441201",
        lift=13.6,
        urgent=queue(None).tasks[:5],
        thread=text.THREADS[0],
        feeds=tuple(
            FeedCount(
                dataset=dataset, title=title, agency=agency, delivered=rows + bad + 40, kept=rows, quarantined=bad
            )
            for dataset, title, agency, rows, bad in FEEDS
        ),
    )


def model() -> ModelView:
    return ModelView(
        id="model-ded6e5d250441201",
        statement=(
            "Within 90 days somebody of the household enters a homelessness programme, or a court lets a landlord have "
            "the family moved out."
        ),
        horizon_days=90,
        purpose="prevention.outreach",
        trained_on=DAY,
        first_day=date(2025, 3, 5),
        last_day=date(2026, 2, 28),
        days=12,
        rows=23_760,
        outcomes=506,
        k=40,
        base_rate=0.0174,
        tested_on=(date(2025, 11, 30), date(2025, 12, 30), date(2026, 1, 29), date(2026, 2, 28)),
        compared=tuple(
            ListFigures(name=name, precision=lift * 0.0174, lift=lift, recall=lift / 51, is_ours=ours)
            for name, lift, ours in (
                ("the list as handed out: deadlines first", 15.8, True),
                ("this model, by itself", 15.2, True),
                ("the most recent eviction case first", 11.9, False),
                ("the best single rule, chosen in hindsight (eviction.execution)", 9.6, False),
                ("the most signals in 90 days first", 3.1, False),
            )
        ),
        calibration=tuple(
            Calibration(households=714 + number % 2, said=said, came_true=said * (0.9 + number % 3 / 10))
            for number, said in enumerate((0.004, 0.006, 0.008, 0.01, 0.012, 0.014, 0.018, 0.025, 0.04, 0.11))
        ),
        weighs=(
            "Days since an eviction case for unpaid rent was last filed",
            "Days since a notice of shut-off",
            "Days missed at school without an excuse in 60 days",
        ),
        agreements=tuple(AgreementId(f"DULA-2026-00{number}") for number in (1, 2, 4, 5, 6, 7, 8, 9)),
        datasets=("docket.filings", "edfi.attendance", "utility.notices"),
    )


def webhook(kind: str, url: str, form: Mapping[str, str], signature: str) -> str:
    if signature != "good":
        raise Refused("The signature does not fit.")
    return f"<Response><Message>{kind} {url} {sorted(form.items())}</Message></Response>".replace("'", "")


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


REASONS = (
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
    ReasonView(
        text="Past-due notices from a utility in 180 days: 2. The last time was 11 May 2026.",
        citation="The model in use",
        facts=(fact("past_due_notices_180d", 1, "event", 18, "utility.notices", 7, 77),),
        kind="model",
        weight=1.0,
    ),
    ReasonView(
        text="Days since a claim for unemployment was filed: 301 (it was on 1 August 2025).",
        citation="The model in use",
        facts=(fact("days_since_claim", 301, "days", 301, "claims.unemployment", 9, 12),),
        kind="model",
        weight=-0.35,
    ),
)

FEEDS = (
    ("docket.filings", "Eviction cases and the people sued", "TRC", 1411, 12),
    ("edfi.attendance", "Absences and late arrivals at school", "DESE", 61_020, 101),
    ("hmis.enrollment", "Shelter and prevention enrolments", "EOHLC", 402, 3),
    ("utility.notices", "Notices to customers", "DPU", 3977, 40),
)
REFUSALS = (
    Refusal(
        at=datetime(2026, 5, 29, 14, 2, tzinfo=UTC),
        actor="visitor-3",
        role="investigator",
        action="view",
        purpose="immigration_enforcement",
        dataset="docket.filings",
        reasons=(
            Reason(code="MOU_PROHIBITED", clause="floor.prohibited_purposes", detail="The memorandum bans it."),
            Reason(code="PURPOSE_NOT_LISTED", clause="purposes", detail="DULA-2026-004 lists prevention.outreach."),
        ),
        entry=1201,
    ),
    Refusal(
        at=datetime(2026, 5, 29, 6, 1, tzinfo=UTC),
        actor="nightly",
        role="flow",
        action="score",
        purpose="prevention.outreach",
        dataset="edfi.attendance",
        reasons=(Reason(code="FIELD_NOT_LISTED", clause="datasets.fields", detail="diagnosis is not listed."),),
        entry=988,
    ),
    Refusal(
        at=datetime(2026, 5, 29, 6, 0, tzinfo=UTC),
        actor="",
        role="",
        action="offer",
        purpose="prevention.outreach",
        dataset="",
        reasons=(Reason(code="CONSENT_REVOKED", clause="consent", detail="The family said no."),),
        entry=967,
        about="text",
    ),
)
