"""Drafting: the agreement that a purpose really needs here: minimal, complete, and not yet filled in by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flows.past import MOST_DAYS, STEP_DAYS
from flows.services import Services
from flows.signing_up import FIELDS, SIGNED_UP
from governance.agreement import Agreement
from governance.draft import TODO, Draft, DraftField, agreement_of, text_of
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.mou import Mou
from governance.terms import ZONES, FieldClass, FieldTerms
from governance.use import Action
from rules.necessity import ANALYTIC, Necessities, Necessity, necessities
from signals.feed import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft, and what goes with it.

    `also_needed` are datasets of other owners or outside the choice without which people cannot be told apart;
    `to_name_it` are the agreements in force that must name this one before their rows may be joined.
    """

    paper: Agreement
    text: str
    also_needed: tuple[DatasetId, ...]
    to_name_it: tuple[AgreementId, ...]


def needed(house: Services, purpose: str) -> Necessities:
    """Every field that a purpose needs here, and what for.

    Args:
        house: the services.
        purpose: the purpose, or one above it.
    """
    return necessities(
        house.rulebook,
        house.outcomes,
        house.feeds,
        purpose=purpose,
        contacts={SIGNED_UP: FIELDS},
        past_days=MOST_DAYS * STEP_DAYS,
    )


def draft(
    house: Services,
    *,
    purpose: str,
    datasets: Collection[DatasetId] = (),
    owner: str = "",
    id: AgreementId | None = None,
) -> Drafted:
    """Draft an agreement: the fields that the purpose needs of some datasets, and no others.

    Args:
        house: the services.
        purpose: what the data is to be used for.
        datasets: which datasets; all that the purpose needs of the owner's where none are named.
        owner: the agency that owns them.
        id: the agreement's id; the next free one where it is left out.

    Raises:
        Misconfigured: `DRAFT_EMPTY` where the purpose needs nothing of these; `DRAFT_OWNERS` where they are several
            agencies'; `MOU_MISSING` where no memorandum is on file.
    """
    everything = needed(house, purpose)
    chosen = {name: everything[name] for name in _chosen(house, everything, datasets, owner)}
    mou = _mou(house)
    agencies = sorted({house.feeds[name].agency for name in chosen})
    if len(agencies) != 1:
        what = f"These datasets belong to {' and '.join(agencies)}; an agreement has one owner."
        raise Misconfigured(what, "Draft one for each: `--owner AGENCY`.", code="DRAFT_OWNERS")
    partners = _partners(house, everything, set(chosen))
    today = house.clock.today()
    made = Draft(
        id=id or _free(house, today),
        version=1,
        title=f"{agencies[0]} data for {purpose}",
        owner=agencies[0],
        recipient=house.settings.organisation,
        purpose=purpose,
        fields={name: _fields(house, name, fields) for name, fields in chosen.items()},
        geography=_geography(house, agencies[0]),
        partners=partners,
        train=any(Action.TRAIN in each.actions for fields in chosen.values() for each in fields.values()),
        effective=today,
        expires=today.replace(year=today.year + 1, day=min(today.day, 28)),
    )
    return Drafted(
        paper=agreement_of(made, mou),
        text=text_of(made, mou),
        also_needed=_also(house, everything, set(chosen)),
        to_name_it=partners,
    )


def _chosen(house: Services, everything: Necessities, datasets: Collection[DatasetId], owner: str) -> list[DatasetId]:
    """The datasets that are drafted for."""
    unknown = sorted(set(datasets) - set(house.feeds))
    if unknown:
        what = f"No feed declares {', '.join(unknown)}."
        raise Misconfigured(what, "Correct the name, or add a feed first.", code="DRAFT_EMPTY")
    found = [
        name
        for name in everything
        if (not datasets or name in datasets) and (not owner or house.feeds[name].agency == owner)
    ]
    lacking = sorted(set(datasets) - set(found))
    if lacking or not found:
        what = f"Nothing here needs {', '.join(lacking) or 'any data'} of {owner or 'anybody'} for that purpose."
        raise Misconfigured(what, "Add rules that do first; an agreement asks for no more.", code="DRAFT_EMPTY")
    return found


def _mou(house: Services) -> Mou:
    standing = house.register.mou()
    if standing is None:
        what = "No memorandum is on file, and an agreement stands on one."
        raise Misconfigured(what, "Run `hearthline init` with a policy that holds one.", code="MOU_MISSING")
    return standing.mou


def _fields(house: Services, dataset: DatasetId, fields: Mapping[str, Necessity]) -> tuple[DraftField, ...]:
    feed, known = house.feeds[dataset], _on_file(house, dataset)
    order = {name: place for place, name in enumerate(feed.column)}
    regime = _regime(house, feed.agency)
    return tuple(
        DraftField(
            name=name,
            class_=str(known[name].class_) if name in known else _class(feed, name, fields[name]),
            regime=known[name].regime if name in known else regime,
            zones=_zones(feed, name, fields[name]),
            actions=tuple(action.value for action in Action if action in fields[name].actions),
            retain_days=fields[name].days or None,
            because=tuple(fields[name].because),
        )
        for name in sorted(fields, key=lambda name: order[name])
    )


def _zones(feed: Feed, name: str, necessity: Necessity) -> tuple[str, ...]:
    """Where a field is needed; who a person is stays in the enclave whatever it is needed for."""
    held = necessity.zones - ({ANALYTIC} if name in _identifying(feed) else set())
    return tuple(zone for zone in ZONES if zone in held)


def _class(feed: Feed, name: str, necessity: Necessity) -> str:
    """How close a field comes to naming somebody, as far as the feed says."""
    if name in _identifying(feed):
        return FieldClass.DIRECT_IDENTIFIER.value
    return (FieldClass.MEASURE if ANALYTIC in necessity.zones else FieldClass.QUASI_IDENTIFIER).value


def _identifying(feed: Feed) -> frozenset[str]:
    """The fields that tell who a person is, by themselves or as a number that an agency knows them by."""
    household = {feed.household.shared, feed.household.person} if feed.household else set()
    person = {feed.person.field} if feed.person else set()
    return frozenset(name for name in {*feed.identity.values(), *person, *household} if name is not None)


def _on_file(house: Services, dataset: DatasetId) -> dict[str, FieldTerms]:
    """What an agreement on file says about a dataset's fields; the one that was handed in last speaks last."""
    return {
        field.name: field
        for standing in house.register.covering(dataset)
        for listed in standing.agreement.datasets
        if listed.id == dataset
        for field in listed.fields
    }


def _regime(house: Services, agency: str) -> str:
    """The law that an agency's data is mostly under, as the agreements on file say; a placeholder where none does."""
    said = Counter(
        field.regime
        for standing in house.register.all()
        if standing.agreement.parties.owner.agency == agency
        for dataset in standing.agreement.datasets
        for field in dataset.fields
    )
    return said.most_common(1)[0][0] if said else f"{TODO}: the law that it is under"


def _geography(house: Services, owner: str) -> tuple[str, ...]:
    """Where an agency's people live, as the agreements on file say; a placeholder where none does."""
    places = {
        place
        for standing in house.register.all()
        if standing.agreement.parties.owner.agency == owner
        for dataset in standing.agreement.datasets
        for place in dataset.population.geography
    }
    return tuple(sorted(places)) or (f"{TODO}: whose people the data is about",)


def _partners(house: Services, everything: Necessities, chosen: set[DatasetId]) -> tuple[AgreementId, ...]:
    """The agreements on file that cover what else is needed: people are told apart across all of it."""
    others: Iterable[DatasetId] = set(everything) - chosen
    found = {standing.id for name in others for standing in house.register.covering(name) if standing.active}
    return tuple(sorted(found))


def _also(house: Services, everything: Necessities, chosen: set[DatasetId]) -> tuple[DatasetId, ...]:
    """What else is needed and no agreement on file covers."""
    return tuple(name for name in everything if name not in chosen and not house.register.covering(name))


def _free(house: Services, today: date) -> AgreementId:
    """The next id of the year."""
    taken = {standing.id for standing in house.register.all()}
    free = (f"DULA-{today.year}-{number:03}" for number in range(1, 1_000))
    return AgreementId(next(id for id in free if id not in taken))
