"""What a night looks with, and what it asks the gate for.

One grant per dataset and night. Where an agreement does not give everything that the rulebook would read, each
indicator is asked for alone, so that exactly those which rest on what was refused drop out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from governance.decision import Decision
from governance.errors import Reason
from governance.gate import Gate
from governance.grant import Grant
from governance.ids import DatasetId, RunId
from governance.use import Action, Actor, Use
from rules.indicator import Indicator
from rules.needs import needs
from signals.feed import Feeds
from signals.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What a night looks with: the gate, the store, and on whose behalf.

    `link` is the link run that says which household a row belongs to; `as_of` the day looked from; `action` what is
    asked for: a night scores, and a model is trained under grants of its own.
    """

    gate: Gate
    store: Store
    feeds: Feeds
    indicators: Mapping[str, Indicator]
    actor: Actor
    purpose: str
    run: RunId
    as_of: date
    link: str
    action: Action = Action.SCORE


def ask(
    watch: Watch, dataset: DatasetId, members: Iterable[Indicator]
) -> tuple[Grant | None, set[str], list[tuple[str, Reason]]]:
    """Ask the gate for what a dataset's indicators need.

    Args:
        watch: what to look with.
        dataset: the dataset.
        members: its indicators.

    Returns:
        A grant for all of them, or for those that are permitted; which these are; and the others, each with the reason.
    """
    wanted = {indicator.id: needs(indicator, watch.feeds).fields for indicator in members}
    answer = watch.gate.ask(use_of(watch, dataset, frozenset().union(*wanted.values())))
    if isinstance(answer, Grant):
        return answer, set(wanted), []
    single = {id: watch.gate.attempt(use_of(watch, dataset, fields)) for id, fields in wanted.items()}
    held = {id for id, decision in single.items() if decision.permitted}
    lost = [(id, decision.reasons[0]) for id, decision in single.items() if not decision.permitted]
    if not held:
        return None, set(), lost
    again = watch.gate.ask(use_of(watch, dataset, frozenset().union(*(wanted[id] for id in held))))
    if isinstance(again, Decision):
        return None, set(), lost + [(id, again.reasons[0]) for id in sorted(held)]
    return again, held, lost


def use_of(watch: Watch, dataset: DatasetId, fields: Iterable[str]) -> Use:
    """The use of some fields of a dataset for what the night does.

    Args:
        watch: what to look with.
        dataset: the dataset.
        fields: its fields.
    """
    return Use.of(
        actor=watch.actor, action=watch.action, purpose=watch.purpose, dataset=dataset, fields=fields, run=watch.run
    )


def by_dataset(watch: Watch) -> dict[DatasetId, list[Indicator]]:
    """The indicators of each dataset, in a fixed order.

    Args:
        watch: says which there are.
    """
    grouped: dict[DatasetId, list[Indicator]] = {}
    for indicator in sorted(watch.indicators.values(), key=lambda each: (each.dataset, each.id)):
        grouped.setdefault(DatasetId(indicator.dataset), []).append(indicator)
    return grouped
