"""Necessity: the fields without which a purpose cannot be served, and what each of them is needed for.

Read off what is declared: the rules and the indicators that they look at, what a model may learn from, how rows are
dated, how people are told apart, and whom somebody may text. An agreement that lists these fields and actions lets
everything work; one that lists more lets somebody do what nothing here does. The key of a row and the day on which it
was deleted need not be listed: intake reads them to let a correction replace what it corrects, and keeps no value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from governance.ids import DatasetId
from governance.purpose import covers
from governance.use import Action
from rules.indicator import Indicator
from rules.needs import needs
from rules.outcome import Outcome
from rules.rulebook import Rulebook
from signals.feed import Feed, Feeds
from signals.linkage.asking import parts_of

ENCLAVE, ANALYTIC = "enclave", "analytic"
LOOKED_AT = frozenset({Action.SCORE, Action.EXPLAIN, Action.VIEW})
"""What a rule's indicator is used for: a night scores, a reason is told, a worker reads it."""
LEARNT_FROM = frozenset({Action.TRAIN, Action.SCORE, Action.EXPLAIN, Action.VIEW})
FORESEEN = frozenset({Action.TRAIN, Action.EXPLAIN})
"""What the outcome's own signals are used for: they are learnt from, and stand in the model's card."""


@dataclass(slots=True)
class Necessity:
    """One field: what must be allowed of it, where, how long, and what for.

    `days` is how long after it became known it is still looked at; None where there is no end to that.
    """

    actions: set[Action] = field(default_factory=set)
    zones: set[str] = field(default_factory=set)
    because: list[str] = field(default_factory=list)
    days: int | None = 0

    def add(self, actions: Iterable[Action], zones: Iterable[str], because: str, days: int | None) -> None:
        """One more thing that it is needed for."""
        self.actions.update(actions)
        self.zones.update(zones)
        if because not in self.because:
            self.because.append(because)
        self.days = None if self.days is None or days is None else max(self.days, days)


Necessities = dict[DatasetId, dict[str, Necessity]]
"""By dataset and field."""


def necessities(
    rulebook: Rulebook,
    outcomes: Mapping[str, Outcome],
    feeds: Feeds,
    *,
    purpose: str,
    contacts: Mapping[DatasetId, Collection[str]],
    past_days: int,
) -> Necessities:
    """Everything that a purpose needs.

    Args:
        rulebook: the rules, and the indicators that they may look at.
        outcomes: what models learn to foresee.
        feeds: every dataset's declaration.
        purpose: only rules for this purpose, or one below it.
        contacts: the fields without which nobody can be texted, by dataset.
        past_days: how far back a model looks from the day on which it is trained.
    """
    found: Necessities = defaultdict(lambda: defaultdict(Necessity))
    for id, rules in _looked_at(rulebook, purpose).items():
        _observe(found, rulebook.indicators[id], feeds, LOOKED_AT, f"{id}: {', '.join(rules)}", 0)
    for outcome in outcomes.values() if found else ():
        _learn(found, outcome, rulebook.indicators, feeds, past_days)
    for dataset, fields in contacts.items():
        for name in fields if dataset in feeds else ():
            found[dataset][name].add({Action.CONTACT}, {ENCLAVE}, "texting those who asked for it", None)
    for dataset in linked(found, feeds):
        _link(found, feeds[dataset])
    for dataset in list(found):
        _date(found, feeds[dataset])
    return {dataset: dict(sorted(found[dataset].items())) for dataset in sorted(found)}


def linked(datasets: Iterable[DatasetId], feeds: Feeds) -> list[DatasetId]:
    """Those datasets, and the ones that say who the people in them are.

    A dataset with bare numbers needs the ones that describe the persons of the same numbers, and who lives with them.
    Where none describes them, those that share their households do.
    """
    wanted = {dataset for dataset in datasets if feeds[dataset].person is not None}
    while True:
        spaces = {_space(feeds[dataset]) for dataset in wanted} | {_other(feeds[dataset]) for dataset in wanted}
        more = {id for id, feed in feeds.items() if _tells(feed) and _space(feed) in spaces - {None}}
        described = {_space(feeds[id]) for id in wanted | more if feeds[id].identity}
        bare = {_shared(feeds[id]) for id in wanted if _space(feeds[id]) not in described} - {None}
        more |= {id for id, feed in feeds.items() if feed.identity and feed.person and _shared(feed) in bare}
        if more <= wanted:
            return sorted(wanted)
        wanted |= more


def _looked_at(rulebook: Rulebook, purpose: str) -> dict[str, list[str]]:
    """The indicators of a purpose's rules, each with the rules that look at it or speak of it."""
    found: dict[str, list[str]] = defaultdict(list)
    for id, rule in sorted(rulebook.rules.items()):
        if covers(purpose, rule.purpose):
            for indicator in sorted(frozenset[str]().union(*(rule.spoken(version) for version in rule.versions))):
                found[indicator].append(id)
    return found


def _learn(
    found: Necessities, outcome: Outcome, indicators: Mapping[str, Indicator], feeds: Feeds, past_days: int
) -> None:
    past = past_days + outcome.horizon_days
    for id, indicator in sorted(indicators.items()):
        if outcome.direction(id) is not None:
            _observe(found, indicator, feeds, LEARNT_FROM, f"the model of {outcome.id} learns from it", past)
    for pointer in outcome.pointers().values():
        _observe(found, pointer, feeds, FORESEEN, f"the model of {outcome.id} foresees it", past)


def _observe(
    found: Necessities, indicator: Indicator, feeds: Feeds, actions: Collection[Action], because: str, past: int
) -> None:
    need = needs(indicator, feeds)
    days = _days(indicator, feeds[need.dataset])
    for name in need.fields:
        kept = None if days is None else days + past
        found[need.dataset][name].add(actions, {ENCLAVE, ANALYTIC}, because, kept)


def _days(indicator: Indicator, feed: Feed) -> int | None:
    """How long after a row became known an indicator can still look at it; None where there is no end.

    What is known before it happens (a hearing, the end of a certification) has none.
    """
    kind = next(each for each in feed.kinds if each.kind == indicator.kind)
    if kind.on is not None or (indicator.window_days is None and indicator.since is None):
        return None
    return 366 if indicator.since is not None else (indicator.window_days or 0) + indicator.ago_days


def _link(found: Necessities, feed: Feed) -> None:
    for part, fields in parts_of(feed).items():
        for name in fields:
            found[feed.dataset][name].add({Action.MATCH}, {ENCLAVE}, f"telling people apart: {part}", None)
    if feed.household is not None and feed.occurred_on is not None:
        since = "telling people apart: since when they live together"
        found[feed.dataset][feed.occurred_on].add({Action.MATCH}, {ENCLAVE}, since, None)


def _date(found: Necessities, feed: Feed) -> None:
    """The fields that say when a row became known: without them the day of its delivery would count."""
    told = set(feed.known_on.fields)
    if feed.known_on.lag_days is not None and feed.occurred_on is not None:
        told.add(feed.occurred_on)
    for name in told:
        entry = found[feed.dataset][name]
        entry.add(entry.actions or {Action.MATCH}, {ENCLAVE}, "when the row became known", None)


def _tells(feed: Feed) -> bool:
    """Whether a dataset says who its persons are, or who lives with them."""
    return feed.person is not None and bool(feed.identity or feed.household)


def _space(feed: Feed) -> str | None:
    return feed.person.space if feed.person else None


def _other(feed: Feed) -> str | None:
    """The space of the persons with whom a dataset's persons live."""
    return feed.household.space if feed.household and feed.household.person else None


def _shared(feed: Feed) -> str | None:
    return (feed.household.space or feed.dataset) if feed.household and feed.household.shared else None
