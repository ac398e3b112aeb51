"""What linkage asks the gate for, and how it goes on with what it is given.

One grant for a dataset. What is asked for falls into parts: each pass with the fields that it needs, the address, who
lives together, and the person number alone. Where an agreement does not give everything, each part is asked for alone,
so that exactly those which rest on what was refused drop out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from governance.decision import Decision
from governance.errors import Reason
from governance.gate import Gate
from governance.grant import Grant
from governance.ids import AgreementId, DatasetId, HouseholdId, RunId
from governance.opened import Opened
from governance.register import Register
from governance.use import Action, Actor, Use
from signals.feed import Feed, Feeds
from signals.linkage.cascade import PASSES
from signals.linkage.mutual import circles
from signals.linkage.record import ROLES

NUMBER, ADDRESS, TOGETHER = "person number", "same address", "living together"
"""Parts beside the passes: the agency's number of the person, without which nothing of a dataset can be linked; the
address as a sign of a household; and what the agency itself says about who lives together."""
_BESIDE = ("middle_name", "name_suffix", "born_on", "ssn")
"""Roles that speak against a link where they contradict: read where the agreement gives them, not asked for."""


class NotLinked(NamedTuple):
    """One line of what linkage went on without: the part, the code, the sentence."""

    what: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """On whose behalf linkage asks, and for what.

    Args:
        gate: the gate.
        register: the agreements.
        actor: who runs it.
        purpose: what for.
        run: the run it belongs to.
        about: the households that it looks at one by one, where it does.
    """

    gate: Gate
    register: Register
    actor: Actor
    purpose: str
    run: RunId | None
    about: frozenset[HouseholdId] = frozenset()

    def use(self, dataset: DatasetId, fields: Iterable[str], linked_with: Iterable[DatasetId] = ()) -> Use:
        """The use of some fields of a dataset for matching."""
        return Use.of(
            actor=self.actor,
            action=Action.MATCH,
            purpose=self.purpose,
            dataset=dataset,
            fields=fields,
            zone="enclave",
            run=self.run,
            linked_with=linked_with,
            about=self.about,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """An open dataset: its feed, what may be read of it, and which parts that is enough for."""

    feed: Feed
    opened: Opened
    parts: frozenset[str]

    @property
    def dataset(self) -> DatasetId:
        """The dataset."""
        return self.feed.dataset

    @property
    def agreement(self) -> AgreementId:
        """The agreement that it was opened under."""
        return self.opened.grant.agreement

    @property
    def roles(self) -> dict[str, str]:
        """The roles that may be read, with their fields."""
        readable = self.opened.grant.fields
        return {role: name for role, name in _identity(self.feed).items() if name in readable}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What linkage may work with: open doors, the agreements that each of theirs names, and what was refused."""

    doors: tuple[Door, ...]
    named: Mapping[str, frozenset[str]]
    refused: tuple[NotLinked, ...]


@dataclass(slots=True)
class _Asking:
    asker: Asker
    feeds: Feeds
    refused: list[NotLinked] = field(default_factory=list)

    def company(self, datasets: Iterable[DatasetId]) -> dict[DatasetId, frozenset[DatasetId]]:
        """For each dataset those that its rows may meet: of agreements that all name each other."""
        planned = {name: agreement for name in datasets if (agreement := self._planned(name)) is not None}
        named = self.named(planned.values())
        circle = circles(planned.values(), named)
        for one, other in combinations(sorted(circle), 2):
            if circle[one] != circle[other] and (other in named[one] or one in named[other]):
                self._apart(one, other, planned)
        return {
            name: frozenset(
                other for other in planned if other != name and circle[planned[other]] == circle[planned[name]]
            )
            for name in planned
        }

    def named(self, agreements: Iterable[AgreementId]) -> dict[str, frozenset[str]]:
        """The agreements that each of these names."""
        register = self.asker.register
        return {id: frozenset(register.get(id).agreement.linkage.partners) for id in set(agreements)}

    def grant(self, feed: Feed, company: frozenset[DatasetId]) -> tuple[Grant, frozenset[str]] | None:
        """A grant for all parts of a dataset, or for those that are permitted; None where none is."""
        parts = parts_of(feed)
        answer = self._ask(feed, parts, company)
        if isinstance(answer, Grant):
            return answer, frozenset(parts)
        number = answer if len(parts) == 1 else self._attempt(feed, parts[NUMBER], company)
        if not number.permitted:
            self._refuse(feed.dataset, number.reasons[0])
            return None
        alone = {name: self._attempt(feed, fields, company) for name, fields in parts.items() if name != NUMBER}
        for name, decision in alone.items():
            if not decision.permitted:
                self._refuse(f"{name} of {feed.dataset}", decision.reasons[0])
        held = {name: parts[name] for name in parts if name == NUMBER or alone[name].permitted}
        again = self._ask(feed, held, company)
        if isinstance(again, Decision):  # each alone, but not together: two agreements share the dataset's fields out
            self._refuse(feed.dataset, again.reasons[0])
            return None
        return again, frozenset(held)

    def _ask(self, feed: Feed, parts: Mapping[str, frozenset[str]], company: frozenset[DatasetId]) -> Grant | Decision:
        fields = frozenset[str]().union(*parts.values())
        return self.asker.gate.ask(self.asker.use(feed.dataset, fields | self._beside(feed), company))

    def _attempt(self, feed: Feed, fields: frozenset[str], company: frozenset[DatasetId]) -> Decision:
        return self.asker.gate.attempt(self.asker.use(feed.dataset, fields, company))

    def _planned(self, dataset: DatasetId) -> AgreementId | None:
        decision = self.asker.gate.decide(self.asker.use(dataset, parts_of(self.feeds[dataset])[NUMBER]))
        return decision.agreements[0][0] if decision.permitted else None

    def _beside(self, feed: Feed) -> frozenset[str]:
        agreement = self._planned(feed.dataset)
        if agreement is None:
            return frozenset()
        terms = self.asker.register.get(agreement).terms[feed.dataset]
        listed = terms.by_action[Action.MATCH] & terms.by_zone["enclave"]
        return frozenset(name for role, name in _identity(feed).items() if role in _BESIDE) & listed

    def _apart(self, one: str, other: str, planned: Mapping[DatasetId, AgreementId]) -> None:
        """Put on record that two agreements' rows were kept apart although one of them names the other."""
        first, second = (next(name for name, id in planned.items() if id == each) for each in (one, other))
        decision = self.asker.gate.attempt(self.asker.use(first, parts_of(self.feeds[first])[NUMBER], {second}))
        detail = "An agreement that both are linked with is not named by both."
        unnamed = Reason(code="LINK_NOT_MUTUAL", clause="linkage.with", detail=detail)
        self._refuse(f"linking {one} with {other}", next(iter(decision.reasons), unnamed))

    def _refuse(self, what: str, reason: Reason) -> None:
        self.refused.append(NotLinked(what, reason.code, reason.detail))


@contextmanager
def asking(asker: Asker, feeds: Feeds, datasets: Iterable[DatasetId]) -> Iterator[Asked]:
    """Ask for everything that linkage needs and open what is granted, for the length of a `with` block.

    Args:
        asker: on whose behalf.
        feeds: every dataset's declaration.
        datasets: those to link; each has a person.

    Yields:
        What may be linked. Refusals stand in the ledger and in `refused`; they do not stop the rest.
    """
    ours = sorted(datasets)
    under_way = _Asking(asker, feeds)
    company = under_way.company(ours)
    with ExitStack() as stack:
        doors: list[Door] = []
        for dataset in ours:
            given = under_way.grant(feeds[dataset], company.get(dataset, frozenset()))
            if given is not None:
                opened = stack.enter_context(asker.gate.open(given[0]))
                doors.append(Door(feed=feeds[dataset], opened=opened, parts=given[1]))
        named = under_way.named(door.agreement for door in doors)
        yield Asked(doors=tuple(doors), named=named, refused=tuple(under_way.refused))


def parts_of(feed: Feed) -> dict[str, frozenset[str]]:
    """The parts of a dataset that has a person, each with the fields that it needs.

    Args:
        feed: the dataset's declaration.
    """
    number = frozenset({feed.person.field} if feed.person else ())
    identity = _identity(feed)
    parts = {NUMBER: number}
    for name, needs in [(one.name, one.needs) for one in PASSES] + [(ADDRESS, frozenset({"street", "postcode"}))]:
        whole = needs | {"unit"} if "street" in needs and "unit" in identity else needs
        if whole <= identity.keys():
            parts[name] = number | {identity[role] for role in whole}
    if feed.household is not None:
        ends = {feed.household.shared, feed.household.person, *feed.household.when} - {None}
        parts[TOGETHER] = number | {name for name in ends if name is not None}
    return parts


def _identity(feed: Feed) -> dict[str, str]:
    """Role → field, in a fixed order, of the roles that linkage knows."""
    given: Mapping[str, str] = {str(role): name for role, name in feed.identity.items()}
    return {role: given[role] for role in ROLES if role in given}
