"""Where a frame comes from: what its agreement asks of it, who is named in its source, and what was planted there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flows.services import Services
from governance.attestation.terms import FrameTerms
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.officer import Officers, not_yours
from governance.opened import Opened
from governance.standing import Standing
from governance.use import Action, Use
from signals.attestation.canary import Canary, canaries, planted_in
from signals.attestation.check import Source
from signals.attestation.drawing import known_in, words

STEWARD = "data_steward"
"""The role in which frames are drawn and looked through, as agreements list it."""

_NAMES = frozenset({"first_name", "middle_name", "last_name"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a frame is held to: whose terms, of which dataset, and the smallest class that any paper lets be."""

    standing: Standing
    dataset: DatasetId
    terms: FrameTerms
    k: int


def asked_of(house: Services, agreement: AgreementId, dataset: DatasetId) -> Asked:
    """What an agreement asks of a frame of a dataset.

    Args:
        house: the installation.
        agreement: under which the frame would be used.
        dataset: of which it is made.

    Raises:
        Misconfigured: `AGREEMENT_UNKNOWN`, or `FRAME_TERMS` where no frame of the dataset can be.
    """
    standing = house.register.get(agreement)
    listed = standing.terms.get(dataset)
    if listed is None or listed.frame is None:
        what = f"{agreement} lists no field of {dataset} that may be in the analytic zone."
        raise Misconfigured(
            what, "Name a dataset of the agreement; see `hearthline agreement show`.", code="FRAME_TERMS"
        )
    mou = house.register.mou()
    floor = mou.mou.floor.min_cell if mou is not None else 0
    least = max(listed.frame.k, standing.agreement.outputs.min_cell, floor)
    return Asked(standing=standing, dataset=dataset, terms=listed.frame, k=least)


def source_of(house: Services, asked: Asked, by: str) -> Source:
    """The names of people in the agreement's datasets, and how many canaries stand in the frame's own.

    Args:
        house: the installation.
        asked: under which agreement, of which dataset.
        by: the steward, who looks, and stands in the ledger for it.

    Raises:
        Refused: where the agreement does not let a steward match.
    """
    names: set[str] = set()
    numbers: set[str] = set()
    made: tuple[Canary, ...] = ()
    for dataset, fields in _naming(house, asked).items():
        grant = house.gate.request(use_of(house, asked, Action.MATCH, fields, by, dataset))
        with house.gate.open(grant) as opened:
            made = made or _planted(opened, asked.terms.canaries)
            own = {each.number for each in made}
            person = house.feeds[dataset].person
            for frame in known_in(house.store, opened, dataset, fields, house.clock.today()):
                for name in fields:
                    values = set(frame[name].drop_nulls())
                    if person is not None and name == person.field:
                        numbers |= values & own if dataset == asked.dataset else set()
                    else:
                        names |= words(values)
    return Source(names=frozenset(names), canaries=made, planted=planted_in(made, numbers, ()))


def _planted(opened: Opened, count: int) -> tuple[Canary, ...]:
    return canaries(opened.pseudonym("hearthline canaries").encode(), count)


def _naming(house: Services, asked: Asked) -> dict[DatasetId, tuple[str, ...]]:
    """The fields of the agreement's datasets that hold names of people, or the agency's number of a person."""
    found: dict[DatasetId, tuple[str, ...]] = {}
    for dataset, terms in asked.standing.terms.items():
        feed = house.feeds.get(dataset)
        if feed is None:
            continue
        telling = {field for role, field in feed.identity.items() if role in _NAMES}
        telling |= {feed.person.field} if feed.person else set()
        fields = tuple(sorted(telling & terms.by_action[Action.MATCH]))
        if fields:
            found[dataset] = fields
    return found


def use_of(house: Services, asked: Asked, action: Action, fields: Collection[str], by: str, of: str = "") -> Use:
    """A steward's use inside the enclave.

    Args:
        house: the installation.
        asked: under which agreement, of which dataset.
        action: what for.
        fields: which.
        by: the steward.
        of: another dataset of the agreement.
    """
    return Use.of(
        actor=house.person(by, role=STEWARD),
        action=action,
        purpose=house.settings.purpose,
        dataset=DatasetId(of) if of else asked.dataset,
        fields=fields,
        zone="enclave",
    )


def may(house: Services, by: str, move: str, asked: Asked) -> None:
    """Make sure that somebody holds the office that a move takes.

    Raises:
        Misconfigured: `MOVE_NOT_YOURS`.
    """
    if not Officers(house.settings.officers).may(by, move):
        raise not_yours(move, asked.standing.id)


def canaries_of(house: Services, asked: Asked, *, by: str) -> tuple[Canary, ...]:
    """The invented records that the agency plants in its files.

    Raises:
        Refused: where the agreement does not let a steward match.
        Misconfigured: `MOVE_NOT_YOURS`; `FRAME_TERMS` where nothing of the agreement is about people.
    """
    may(house, by, "frame_attested", asked)
    naming = _naming(house, asked)
    if not naming:
        what = f"No dataset of {asked.standing.id} says who a person is, so that nobody can be planted in it."
        raise Misconfigured(what, "See `hearthline agreement show`.", code="FRAME_TERMS")
    dataset, fields = next(iter(naming.items()))
    grant = house.gate.request(use_of(house, asked, Action.MATCH, fields, by, dataset))
    with house.gate.open(grant) as opened:
        return _planted(opened, asked.terms.canaries)
