"""Excess: what an agreement lists and nothing here needs. Every such line is a risk without a use."""

from __future__ import annotations

from dataclasses import dataclass

from flows.drafting import needed
from flows.services import Services
from governance.agreement import Agreement
from governance.ids import DatasetId
from governance.use import Action
from signals.feed import Feed

KEPT_ANYWAY = "kept as a pseudonym, or to leave out what was deleted; it need not be listed"
BESIDE = "speaks against a wrong link where it is listed; nothing waits for it"
UNUSED = "nothing here reads it"
TOO_MUCH = "it is needed, but not for this"
_BESIDE = frozenset({"middle_name", "name_suffix"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A field, or an action on one, that an agreement lists and that nothing here needs; `why` says of what kind."""

    dataset: DatasetId
    field: str
    actions: tuple[str, ...]
    why: str


def excess(house: Services, paper: Agreement) -> tuple[Excess, ...]:
    """What an agreement lists and nothing here needs, for any of its purposes.

    Args:
        house: the services.
        paper: the agreement.
    """
    wanted: dict[tuple[str, str], set[Action]] = {}
    for purpose in paper.purposes:
        for name, fields in needed(house, purpose.id).items():
            for field, necessity in fields.items():
                wanted.setdefault((name, field), set()).update(necessity.actions)
    found = []
    for dataset in paper.datasets:
        for listed in dataset.fields:
            over = set(listed.actions) - wanted.get((dataset.id, listed.name), set())
            unknown = (dataset.id, listed.name) not in wanted
            if over:
                why = _why(house.feeds.get(dataset.id), listed.name) if unknown else TOO_MUCH
                actions = tuple(sorted(action.value for action in over))
                found.append(Excess(dataset=dataset.id, field=listed.name, actions=actions, why=why))
    return tuple(found)


def _why(feed: Feed | None, name: str) -> str:
    if feed is None:
        return "no feed declares the dataset"
    if name in feed.key or name == feed.deleted_on:
        return KEPT_ANYWAY
    roles = {field: role for role, field in feed.identity.items()}
    return BESIDE if roles.get(name) in _BESIDE else UNUSED
