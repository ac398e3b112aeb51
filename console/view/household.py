"""Why a household is on the list, and what came before, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from alerts.programme import Programme
from alerts.queue import Move
from alerts.reasons import Fact
from console.view.text import TextLine
from governance.consent import ConsentMove
from governance.ids import AgreementId, ContactId, DatasetId, DeliveryId, GrantId, HouseholdId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where facts came from: the dataset, its agreement, the grant that they were read under, the file received."""

    dataset: DatasetId
    agreement: AgreementId
    grant: GrantId
    delivery: DeliveryId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonView:
    """One reason: the sentence, where it comes from, and every fact behind it.

    `kind` says whether a rule fired or the model weighs it. `weight` is the model's alone: from -1 (pushes down) to 1
    (pushes up), as a share of the heaviest of this household; it is drawn, never written.
    """

    text: str
    citation: str
    facts: tuple[Fact, ...]
    kind: Literal["rule", "model"] = "rule"
    weight: float = 0.0

    @property
    def sources(self) -> tuple[tuple[Source, tuple[Fact, ...]], ...]:
        """The facts by where they came from; of each source, what happened last comes first."""
        found: dict[Source, list[Fact]] = {}
        for fact in self.facts:
            source = Source(dataset=fact.dataset, agreement=fact.agreement, grant=fact.grant, delivery=fact.delivery)
            found.setdefault(source, []).append(fact)
        return tuple((source, tuple(sorted(facts, key=_newest))) for source, facts in found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """Something that has a day.

    `lane` is the line of the picture that it stands on: a dataset's or an agency's name, `Texts`, `This task`.
    `label` says in two or three words what it is, `detail` the rest; a `deadline` is a day that somebody has set.
    """

    day: date
    lane: str
    label: str
    detail: str = ""
    kind: Literal["fact", "deadline", "move", "text"] = "fact"


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdView:
    """Why a household is on the list.

    `as_of` is the day that was looked from; `programmes` is the help there is. `timeline` may come in any order.
    `texts` are the newest texts to and from `contact`, oldest first; `consent` is what the family has said about
    texts (`none`, `asked`, `granted`, `revoked`), `said` each act of it, oldest first. `not_known` says what the
    newest night could not know, and why.
    """

    household: HouseholdId
    task: TaskId
    status: str
    tier: int
    due_on: date
    owner: str
    as_of: date
    reasons: tuple[ReasonView, ...]
    programmes: tuple[Programme, ...]
    history: tuple[Move, ...] = ()
    timeline: tuple[TimelineEvent, ...] = ()
    texts: tuple[TextLine, ...] = ()
    consent: str = "none"
    said: tuple[ConsentMove, ...] = ()
    contact: ContactId | None = None
    not_known: tuple[str, ...] = ()

    @property
    def by_rule(self) -> tuple[ReasonView, ...]:
        """The reasons that a rule gives."""
        return tuple(each for each in self.reasons if each.kind == "rule")

    @property
    def by_model(self) -> tuple[ReasonView, ...]:
        """What the model adds, heaviest first."""
        mine = (each for each in self.reasons if each.kind == "model")
        return tuple(sorted(mine, key=lambda each: -abs(each.weight)))


def _newest(fact: Fact) -> tuple[float, float, int]:
    happened = fact.occurred_on or date.min
    return (-happened.toordinal(), -fact.known_on.toordinal(), fact.row)
