"""Cedar's opinion: the second evaluator, asked beside the first.

It is given the same use and the same papers, and shares no code with the first that judges anything. Any diagnostic,
and anything that cannot be put to Cedar at all, is a problem, and a problem is a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import cedarpy

from governance.cedar.condition import Part
from governance.cedar.entity import entities
from governance.cedar.policy import OF_DATASET, OF_LINEAGE, of_dataset, of_lineage
from governance.cedar.request import Request, requests
from governance.cedar.schema import schema
from governance.ids import AgreementId, DatasetId
from governance.second_opinion import Opinion
from governance.standing import Papers
from governance.use import Action, Use

_FAULTS = (ValueError, TypeError, AttributeError, LookupError, OverflowError)
"""What cannot be put to Cedar: a text that is none, a number that is too large, a policy that does not pass."""
_MOST_TEXTS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """Papers as Cedar holds them: where they stand, and the policies for each resource that was asked for."""

    papers: Papers
    known: frozenset[DatasetId]
    entities: cedarpy.Entities
    policies: dict[tuple[str, str], cedarpy.PolicySet] = field(default_factory=dict)


class CedarOpinion:
    """Decides uses by policies that are generated from the agreements.

    A policy is read, and checked against the schema, once: reading it anew for each use would take fifty times as long.
    A use is put to the permits for what it asks for; no other could permit it. When the papers move, their standing is
    read anew, and of the policies those whose text is another.

    Args:
        for_dataset: the conditions of a permit for a dataset; a test leaves one out.
        for_lineage: those for what was derived from an agreement.
    """

    def __init__(
        self, *, for_dataset: tuple[Part, ...] = OF_DATASET, for_lineage: tuple[Part, ...] = OF_LINEAGE
    ) -> None:
        self._for_dataset = for_dataset
        self._for_lineage = for_lineage
        self._moment: _Moment | None = None
        self._read: dict[str, cedarpy.PolicySet] = {}

    def permits(self, use: Use, papers: Papers, known: frozenset[DatasetId], at: datetime) -> Opinion:
        """What the generated policies say to a use.

        Args:
            use: who, what for, which fields.
            papers: every paper at one moment.
            known: every dataset that a feed declares.
            at: the instant.

        Returns:
            Permitted only where Cedar allows every request without a diagnostic.
        """
        if not _can_be_asked(use, at):
            return Opinion(permitted=False)
        try:
            answers = list(self._answers(use, papers, known, at))
        except _FAULTS as fault:
            return Opinion(permitted=False, problems=(f"Cedar could not be asked ({type(fault).__name__})",))
        problems = sum(len(answer.diagnostics.errors) for answer in answers)
        if problems:
            return Opinion(permitted=False, problems=(f"Cedar reported errors: {problems}",))
        if any(answer.decision is cedarpy.Decision.NoDecision for answer in answers):
            return Opinion(permitted=False, problems=("Cedar came to no decision",))
        return Opinion(permitted=all(answer.allowed for answer in answers))

    def _answers(
        self, use: Use, papers: Papers, known: frozenset[DatasetId], at: datetime
    ) -> Iterator[cedarpy.AuthzResult]:
        moment = self._of(papers, known)
        for request in requests(use, papers.zone, at):
            policies = self._policies(request, moment)
            yield cedarpy.is_authorized(request, policies, moment.entities, schema=schema())

    def _of(self, papers: Papers, known: frozenset[DatasetId]) -> _Moment:
        """The papers as Cedar holds them; the last ones are kept."""
        moment = self._moment
        if moment is None or moment.papers is not papers or moment.known != known:
            moment = _Moment(papers=papers, known=known, entities=entities(papers, known))
            self._moment = moment
        return moment

    def _policies(self, request: Request, moment: _Moment) -> cedarpy.PolicySet:
        """The permits for what a request asks for."""
        sort, id = request["resource"]["type"], request["resource"]["id"]
        found = moment.policies.get((sort, id))
        if found is None:
            text = "\n".join(self._texts(sort, id, moment.papers))
            found = self._checked(text)
            if text:  # an asker may name datasets without end; nothing is kept of those that nobody lists
                moment.policies[sort, id] = found
        return found

    def _checked(self, text: str) -> cedarpy.PolicySet:
        """Policies that fit the schema, read once.

        Raises:
            ValueError: they do not fit it, or are not Cedar.
        """
        found = self._read.get(text)
        if found is None:
            if not cedarpy.validate_policies(text, schema()):
                raise ValueError("the generated policies do not fit their schema")
            found = cedarpy.PolicySet.from_str(text)
            if len(self._read) >= _MOST_TEXTS:
                self._read.clear()
            self._read[text] = found
        return found

    def _texts(self, sort: str, id: str, papers: Papers) -> Iterator[str]:
        if sort == "Dataset":
            return of_dataset(DatasetId(id), papers, self._for_dataset)
        return of_lineage(AgreementId(id), papers, self._for_lineage)


def _can_be_asked(use: Use, at: datetime) -> bool:
    """Whether there is anything to ask: something of some dataset, by an action there is, at a known instant."""
    emergency = use.facts.break_glass
    return (
        isinstance(use.action, Action)
        and bool(use.asks)
        and at.tzinfo is not None
        and (emergency is None or emergency.until.tzinfo is not None)
    )
