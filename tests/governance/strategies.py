"""Papers and uses for laws: agreements, memoranda and their standing as they may come, and uses that nearly fit them.

A use that is drawn at random is refused for ten reasons at once, and shows nothing about any of them. So a use is built
to be permitted by one of the agreements, and then spoilt in nothing, one thing, or two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from governance.agreement import Agreement
from governance.document import sha256
from governance.fact import Emergency, Facts
from governance.ids import AgreementId, DatasetId
from governance.lifecycle import Status
from governance.mou import Mou
from governance.standing import MouStanding, Papers, Standing
from governance.terms import DatasetTerms, Terms
from governance.use import Action, Actor, Ask, ModelRef, Use
from tests.governance.papers import MOU, NOW, Document, agreement, mou, snap

Item = TypeVar("Item")
Spoiler = Callable[["World", Use, st.DrawFn], Use]

ZONE = ZoneInfo("America/New_York")
IDS = tuple(AgreementId(f"DULA-2026-00{number}") for number in (1, 2, 3))
DATASETS = tuple(DatasetId(name) for name in ("dta.cases", "dese.meals", "dph.visits"))
FIELDS = ("given_name", "birth_year", "ends_on", "visits")
OWNERS = ("DTA", "DESE", "DPH")
RECIPIENTS = ("EOHHS", "DHCD")
AGENCIES = (*OWNERS, *RECIPIENTS, "VENDOR", "POLICE")
PURPOSES = ("prevention.outreach", "prevention.research", "prevention", "evaluation")
ROLES = ("flow", "caseworker", "analyst")
CONDITIONS = ("child_in_agency_care", "parent_consented")
TERMS: tuple[Document, ...] = tuple(
    {"effective": effective, "expires": expires}
    for effective, expires in (
        ("2026-07-01", "2027-06-30"),
        ("2026-09-01", "2027-06-30"),
        ("2026-09-02", "2027-06-30"),
        ("2026-07-01", "2026-09-01"),
        ("2026-07-01", "2026-09-02"),
    )
)
MIDNIGHT = datetime(2026, 9, 2, tzinfo=ZONE)
"""When some of the terms begin or end."""
PEOPLE = ("worker-1", "worker-2", "officer-1")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class World:
    """Papers as they stand, the datasets that feeds declare, and an instant."""

    papers: Papers
    known: frozenset[DatasetId]
    at: datetime

    def __repr__(self) -> str:
        stands = [(each.id, each.status.value, each.flaw) for each in self.papers.agreements.values()]
        memo = self.papers.mou and (self.papers.mou.status.value, self.papers.mou.flaw)
        return f"World({stands}, memorandum={memo}, known={sorted(self.known)}, at={self.at})"

    @property
    def day(self) -> date:
        """The day it is."""
        return self.at.astimezone(self.papers.zone).date()


def mostly(usual: Item, *others: Item) -> st.SearchStrategy[Item]:
    """The usual, twenty-nine times out of thirty; else one of the others."""
    return st.sampled_from([True] * 29 + [False]).flatmap(
        lambda as_usual: st.just(usual) if as_usual else st.sampled_from(others)
    )


def some(items: Iterable[Item], *, least: int = 0) -> st.SearchStrategy[list[Item]]:
    """Some of these, each once, in order."""
    pool = list(items)
    return st.lists(st.sampled_from(pool), min_size=least, unique=True).map(lambda found: sorted(found, key=pool.index))


# -- papers -----------------------------------------------------------------------------------------------------------


@st.composite
def field_documents(draw: st.DrawFn, name: str) -> Document:
    """One field's terms."""
    barred = draw(some(Action))
    allowed = [action.value for action in Action if action not in barred[:4]]
    sort = draw(st.sampled_from(["direct_identifier", "quasi_identifier", "sensitive", "measure"]))
    zones = [["enclave", "analytic"], ["enclave", "analytic"], ["enclave"]]
    document: Document = {
        "name": name,
        "class": sort,
        "regime": draw(st.sampled_from(["SNAP", "SNAP", "FERPA", "PART2", "VAWA", "part2", "Vawa"])),
        "zones": draw(st.sampled_from(zones if sort == "direct_identifier" else [*zones, ["analytic"]])),
        "actions": allowed,
    }
    retained = draw(st.sampled_from([None, 1, 30, 365]))
    return document if retained is None else {**document, "retain_days": retained}


@st.composite
def dataset_documents(draw: st.DrawFn, id: DatasetId) -> Document:
    """One dataset's terms."""
    document: Document = {
        "id": id,
        "population": {"geography": ["MA"]},
        "refresh_days": 7,
        "fields": [draw(field_documents(name)) for name in draw(some(FIELDS, least=1))],
    }
    asked: str | Document | None = draw(st.sampled_from([None, "required", "frames"]))
    if asked == "frames":
        asked = draw(frame_documents(document))
    return document if asked is None else {**document, "attestation": asked}


@st.composite
def frame_documents(draw: st.DrawFn, document: Document) -> Document | None:
    """What is asked of a dataset's frames; nothing where it has no field that may be in one."""
    fields = [
        each["name"]
        for each in document["fields"]
        if "analytic" in each["zones"] and each["class"] != "direct_identifier"
    ]
    actions = draw(st.lists(st.sampled_from([action.value for action in Action]), unique=True, max_size=3))
    columns = [{"name": name} for name in fields]
    return {"required": True, "actions": actions, "columns": columns} if fields else None


@st.composite
def purpose_documents(draw: st.DrawFn, id: str, number: int) -> Document:
    """One purpose, with one legal basis or two."""
    conditions = draw(st.sampled_from([(None,), (None, CONDITIONS[0]), (CONDITIONS[1],), CONDITIONS]))
    bases = []
    for index, condition in enumerate(conditions):
        basis = {
            "id": f"basis-{number}-{index}",
            "citation": "7 CFR 272.1(c)(1)(i)",
            "approved_by": "Cy Invented",
            "approved_on": "2026-05-01",
        }
        bases.append(basis if condition is None else {**basis, "condition": condition})
    return {"id": id, "statement": "Offer voluntary help.", "legal_basis": bases}


@st.composite
def agreements(draw: st.DrawFn, id: AgreementId) -> Agreement:
    """An agreement that is well formed, and says anything."""
    purposes = draw(some(PURPOSES, least=1))
    datasets = draw(some(DATASETS, least=1))
    document = snap(
        id=id,
        mou={"id": "MOU-STATEWIDE", "version": draw(mostly(3, 2, 4))},
        users={"roles": draw(some(ROLES, least=1))},
        purposes=[draw(purpose_documents(name, number)) for number, name in enumerate(purposes)],
        datasets=[draw(dataset_documents(name)) for name in datasets],
        linkage={"with": [other for other in IDS if other != id and draw(mostly(True, False))]},
        models={
            "train": draw(mostly(True, False)),
            "score_purposes": [name for name in purposes if draw(mostly(True, False))],
            "retire_on_termination": True,
        },
        redisclosure={"allowed_to": draw(some(["DPH", "POLICE"])), "legal_process": "notify_owner_and_subject_first"},
        outputs={
            "min_cell": draw(st.sampled_from([5, 11, 20])),
            "zeros": draw(st.sampled_from(["allowed", "suppressed"])),
            "complementary": "required",
            "interval_width": 11,
        },
        term=draw(mostly(*TERMS)),
    )
    if draw(st.booleans()):
        document["users"]["training"] = {"course": "FIPA", "valid_days": 365}
    document["parties"]["owner"]["agency"] = draw(st.sampled_from(OWNERS))
    for agency in draw(some(RECIPIENTS)):
        extra = {**document["parties"]["recipients"][0], "agency": agency, "unit": "Second"}
        document["parties"]["recipients"].append(extra)
    if draw(st.booleans()):
        document["parties"]["processors"] = [{"agency": "VENDOR", "service": "Hosting", "contact": "Gi Invented"}]
    return agreement(document)


@st.composite
def memoranda(draw: st.DrawFn) -> Mou:
    """A memorandum that is well formed."""
    floor = {
        **MOU["floor"],
        "prohibited_purposes": draw(
            mostly(["law_enforcement", "commercial"], [], ["outreach"], ["prevention.research"])
        ),
        "prohibited_actions": draw(mostly(["reidentify", "export"], [], ["view", "train"], ["release"])),
        "min_cell": draw(st.sampled_from([1, 11, 15])),
    }
    participants = [{**MOU["participants"][0], "agency": agency} for agency in AGENCIES[:-2]]
    return mou(
        {
            **MOU,
            "participants": participants,
            "floor": floor,
            "effective": draw(mostly("2024-01-01", "2026-09-02")),
            "expires": draw(mostly(None, "2026-09-01", "2026-09-02")),
        }
    )


def standing(paper: Agreement, status: Status = Status.ACTIVE, flaw: str = "") -> Standing:
    """An agreement where it is said to stand."""
    return Standing(
        agreement=paper,
        status=status,
        version=paper.version,
        sha256=sha256(paper),
        signed=frozenset({"owner", "recipient"}),
        flaw=flaw,
        history=(),
        pending=None,
        terms={dataset.id: Terms.of(dataset) for dataset in paper.datasets},
        agencies=paper.parties.agencies(),
    )


@st.composite
def mou_standings(draw: st.DrawFn) -> MouStanding:
    """A memorandum where it may stand; now and then an agency has left it."""
    paper = draw(memoranda())
    everybody = frozenset(each.agency for each in paper.participants)
    return MouStanding(
        mou=paper,
        status=draw(mostly(Status.ACTIVE, Status.SUSPENDED, Status.EXPIRED)),
        version=paper.version,
        sha256=sha256(paper),
        participants=everybody - draw(mostly(frozenset(), *({agency} for agency in everybody))),
        flaw=draw(mostly("", "its document was edited after it was handed in")),
        history=(),
        pending=None,
    )


def papers_of(standings: Iterable[Standing], memorandum: MouStanding | None, zone: ZoneInfo = ZONE) -> Papers:
    """Papers at one moment, arranged as the register arranges them."""
    found = {each.id: each for each in standings}
    covering = {
        dataset: tuple(each for each in found.values() if dataset in each.terms)
        for dataset in sorted({dataset for each in found.values() for dataset in each.terms})
    }
    return Papers(agreements=found, covering=covering, mou=memorandum, damaged=frozenset(), zone=zone)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to three agreements and a memorandum as they stand, at an instant at which something may begin or end."""
    ids = IDS[: draw(st.sampled_from([1, 2, 2, 3, 3]))]
    statuses = mostly(Status.ACTIVE, *(status for status in Status if status is not Status.ACTIVE))
    flaws = mostly("", "not signed by owner as it stands")
    found = [standing(draw(agreements(id)), draw(statuses), draw(flaws)) for id in ids]
    memorandum = draw(mou_standings()) if draw(mostly(True, True, False)) else None
    at = draw(mostly(NOW, MIDNIGHT, MIDNIGHT - timedelta(microseconds=1), MIDNIGHT.astimezone(UTC)))
    known = frozenset(DATASETS) - draw(mostly(frozenset(), *({dataset} for dataset in DATASETS)))
    return World(papers=papers_of(found, memorandum), known=known, at=at)


# -- uses -------------------------------------------------------------------------------------------------------------


@st.composite
def uses(draw: st.DrawFn, world: World) -> Use:
    """A use that one of a world's agreements permits, if it is in force; spoilt in nothing, one thing, or two."""
    use = draw(fitting(world))
    for spoil in draw(st.lists(st.sampled_from(SPOILERS), min_size=1, max_size=2)) if draw(st.booleans()) else ():
        use = spoil(world, use, draw)
    return use


@st.composite
def fitting(draw: st.DrawFn, world: World) -> Use:
    """A use that is built to be permitted, of one dataset or of several, with or without a lineage."""
    chosen = draw(st.sampled_from(list(world.papers.agreements.values())))
    paper = chosen.agreement
    action, zone = draw(st.sampled_from(_grantable(chosen)))
    purpose = draw(st.sampled_from(_purposes(paper, action)))
    able = {dataset.id: _fits(chosen.terms[dataset.id], dataset, action, zone) for dataset in paper.datasets}
    asks = [
        Ask(dataset=dataset, fields=frozenset(draw(some(sorted(able[dataset]), least=1))))
        for dataset in draw(some([dataset for dataset, fields in able.items() if fields], least=1))
    ]
    use = Use(
        actor=Actor(
            id=draw(st.sampled_from(PEOPLE)),
            role=draw(st.sampled_from(paper.users.roles)),
            organisation=draw(st.sampled_from(sorted(paper.parties.agencies()))),
            trained_until=draw(st.sampled_from([world.day, world.day + timedelta(days=30)])),
        ),
        action=action,
        purpose=purpose + draw(st.sampled_from(["", "", ".housing", ".housing.heat"])),
        asks=tuple(asks),
        zone=zone,
        recipient=draw(st.sampled_from(["", "", *paper.parties.agencies(), *paper.redisclosure.allowed_to])),
        linked_with=frozenset(draw(mostly((), *((dataset,) for dataset in DATASETS)))),
        lineage=frozenset(draw(mostly((), (paper.id,), *((id,) for id in world.papers.agreements)))),
        model=draw(st.sampled_from([None, ModelRef(id="m-1", purpose=purpose)])),
    )
    return _well_founded(use, paper, world, draw)


def _grantable(paper: Standing) -> list[tuple[Action, str]]:
    """The actions and zones that some field is listed for, and models besides. A field may always be destroyed."""
    models = paper.agreement.models
    barred = {Action.TRAIN: not models.train, Action.SCORE: not models.score_purposes}
    return [
        (action, zone)
        for action in Action
        for zone in ("analytic", "enclave")
        for dataset in paper.agreement.datasets
        if not barred.get(action) and _fits(paper.terms[dataset.id], dataset, action, zone)
    ]  # a field that may be nowhere is not drawn, so this is never empty


def _purposes(paper: Agreement, action: Action) -> list[str]:
    return list(paper.models.score_purposes) if action is Action.SCORE else [each.id for each in paper.purposes]


def _fits(terms: Terms, dataset: DatasetTerms, action: Action, zone: str) -> frozenset[str]:
    barred = frozenset(field.name for field in dataset.fields if field.regime.upper() == "VAWA")
    person_level = action not in {Action.AGGREGATE, Action.RELEASE, Action.DESTROY}
    return (terms.by_action[action] & terms.by_zone.get(zone, frozenset())) - (barred if person_level else frozenset())


def _well_founded(use: Use, paper: Agreement, world: World, draw: st.DrawFn) -> Use:
    """A use with the facts, and the legal basis, that it needs."""
    bases = [basis for each in paper.purposes if _covers(each.id, use.purpose) for basis in each.legal_basis]
    free = any(basis.condition is None for basis in bases)
    claimed = draw(st.sampled_from(bases)) if bases and (not free or draw(st.booleans())) else None
    conditions = {condition for condition in CONDITIONS if claimed and claimed.condition == condition}
    least = max(paper.outputs.min_cell, world.papers.mou.mou.floor.min_cell if world.papers.mou else 0)
    facts = Facts(
        attested=True,
        sealed_present=draw(st.sampled_from([None, False])),
        victim_services=draw(st.sampled_from([None, False])),
        part2_consent=True,
        conditions=frozenset(conditions),
        oldest_known_on=draw(st.sampled_from([None, world.day])),
        smallest_cell=least if use.action is Action.RELEASE else draw(st.sampled_from([None, 0])),
        recoverable_cells=0 if use.action is Action.RELEASE else draw(st.sampled_from([None, 3])),
    )
    asks = tuple(replace(ask, basis=claimed.id if claimed else "") for ask in use.asks)
    return replace(use, asks=asks, facts=facts)


def _covers(listed: str, asked: str) -> bool:
    return asked == listed or asked.startswith(f"{listed}.")


# -- spoilers ---------------------------------------------------------------------------------------------------------


def _facts(**choices: Iterable[Any]) -> Spoiler:
    """Something else is known."""

    def spoil(world: World, use: Use, draw: st.DrawFn) -> Use:
        changes = {name: draw(st.sampled_from(list(values))) for name, values in choices.items()}
        return replace(use, facts=replace(use.facts, **changes))

    return spoil


def _plain(**choices: Iterable[Any]) -> Spoiler:
    """Something else is asked."""

    def spoil(world: World, use: Use, draw: st.DrawFn) -> Use:
        return replace(use, **{name: draw(st.sampled_from(list(values))) for name, values in choices.items()})

    return spoil


def _actor(**choices: Iterable[Any]) -> Spoiler:
    """Somebody else asks."""

    def spoil(world: World, use: Use, draw: st.DrawFn) -> Use:
        changes = {name: draw(st.sampled_from(list(values))) for name, values in choices.items()}
        return replace(use, actor=replace(use.actor, **changes))

    return spoil


def _fields(world: World, use: Use, draw: st.DrawFn) -> Use:
    """One more field, or another spelling."""
    more = draw(st.sampled_from([*FIELDS, *FIELDS, "*", "Given_Name", "cases.ends_on", "ssn", ""]))
    return replace(use, asks=tuple(replace(ask, fields=ask.fields | {more}) for ask in use.asks))


def _no_fields(world: World, use: Use, draw: st.DrawFn) -> Use:
    """A dataset without a field, or no dataset at all."""
    none = draw(st.booleans())
    return replace(use, asks=() if none else (*use.asks, Ask(dataset=DATASETS[0], fields=frozenset())))


def _basis(world: World, use: Use, draw: st.DrawFn) -> Use:
    """Another basis is claimed, or none."""
    basis = draw(st.sampled_from(["", "basis-0-0", "basis-0-1", "basis-1-0", "unheard-of"]))
    return replace(use, asks=tuple(replace(ask, basis=basis) for ask in use.asks))


def _one_more(world: World, use: Use, draw: st.DrawFn) -> Use:
    """A dataset of another agreement is asked for at the same time, for what that agreement lists."""
    other = draw(st.sampled_from(list(world.papers.agreements.values())))
    dataset = draw(st.sampled_from(other.agreement.datasets))
    fits = _fits(other.terms[dataset.id], dataset, use.action, use.zone) or frozenset({FIELDS[0]})
    return replace(
        use, asks=(*use.asks, Ask(dataset=dataset.id, fields=fits, basis=use.asks[0].basis if use.asks else ""))
    )


def _old(world: World, use: Use, draw: st.DrawFn) -> Use:
    """The oldest row is about as old as a field may be kept."""
    days = draw(st.sampled_from([0, 1, 2, 29, 30, 31, 364, 365, 366, 3650, -1]))
    return replace(use, facts=replace(use.facts, oldest_known_on=world.day - timedelta(days=days)))


def _emergency(world: World, use: Use, draw: st.DrawFn) -> Use:
    """An emergency, whole or not, by somebody without the role or the course."""
    moment = timedelta(microseconds=1)
    emergency = Emergency(
        asked_by=draw(mostly(use.actor.id, "", *PEOPLE)),
        confirmed_by=draw(mostly("officer-9", "", *PEOPLE)),
        until=world.at + draw(st.sampled_from([timedelta(hours=1), moment, timedelta(0), -moment])),
        reference=draw(mostly("b-1", "")),
    )
    role = draw(st.sampled_from([use.actor.role, "visitor"]))
    trained = draw(st.sampled_from([use.actor.trained_until, None]))
    action = draw(st.sampled_from([use.action, Action.VIEW]))
    actor = replace(use.actor, role=role, trained_until=trained)
    return replace(use, actor=actor, action=action, facts=replace(use.facts, break_glass=emergency))


def _training(world: World, use: Use, draw: st.DrawFn) -> Use:
    """The course lapsed yesterday, or was never taken; by a program too."""
    until = draw(st.sampled_from([None, world.day - timedelta(days=1), world.day]))
    role = draw(st.sampled_from([use.actor.role, "flow"]))
    return replace(use, actor=replace(use.actor, role=role, trained_until=until))


SPOILERS: tuple[Spoiler, ...] = (
    _fields,
    _fields,
    _no_fields,
    _basis,
    _one_more,
    _one_more,
    _old,
    _emergency,
    _emergency,
    _training,
    _actor(role=[*ROLES, "visitor", "", "Flow"]),
    _actor(organisation=[*AGENCIES, ""]),
    _actor(id=[""]),
    _plain(action=list(Action)),
    _plain(zone=["analytic", "enclave", "attic", ""]),
    _plain(recipient=[*AGENCIES, "nobody"]),
    _plain(
        purpose=[
            *PURPOSES,
            "prevention.outreachx",
            "prevention.outreach.law_enforcement",
            "prevention.outreach.commercial.sale",
            "prevention.outreach. now",
            "prevention.outreach.",
            "prevention..outreach",
            "Prevention.outreach",
            "commercial",
            "to help families",
            "prevention.outreach.*",
            "évaluation",
            "",
        ]
    ),
    _plain(linked_with=[frozenset({dataset}) for dataset in (*DATASETS, DatasetId("dcf.unheard_of"))]),
    _plain(lineage=[frozenset(ids) for ids in ((IDS[0],), (IDS[1],), IDS[:2], IDS, ("DULA-2026-999",))]),
    _plain(model=[ModelRef(id="m-1", purpose=name) for name in (*PURPOSES, "prevention.outreach.housing", "prev", "")]),
    _plain(model=[ModelRef(id="", purpose="prevention")]),
    _facts(attested=[None, False]),
    _facts(sealed_present=[True]),
    _facts(victim_services=[True]),
    _facts(part2_consent=[None, False]),
    _facts(conditions=[frozenset(), frozenset(CONDITIONS), frozenset({"it_rains"})]),
    _facts(
        legal_process=["o-1"],
        notices=[frozenset(), frozenset({"owner"}), frozenset({"owner", "subject"}), frozenset({"owner", "press"})],
    ),
    _facts(review_of=["", *PEOPLE]),
    _facts(smallest_cell=[None, 0, 1, 4, 5, 10, 11, 14, 15, 19, 20, -1]),
    _facts(recoverable_cells=[None, 0, 1, -1]),
)
"""What can be wrong with a use. Some of it is wrong only under some agreements."""


def scenes(number: int = 8) -> st.SearchStrategy[tuple[World, list[Use]]]:
    """A world and some uses in it: papers cost more to make than uses.

    Args:
        number: how many uses.
    """

    def with_uses(world: World) -> st.SearchStrategy[tuple[World, list[Use]]]:
        return st.tuples(st.just(world), st.lists(uses(world), min_size=number, max_size=number))

    return worlds().flatmap(with_uses)
