"""Policies: for each dataset of each agreement one permit that states every condition, and one for what was derived.

    // NOT_ACTIVE: this very document is active, signed, and was not edited since.
    when { Agreement::"DULA-2026-014".status == "active" && … }

There is no `forbid`: Cedar passes over a policy that it cannot evaluate, and a `forbid` passed over permits. Every
`when` must hold; which of several agreements permits is Cedar's own way: one permit is enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from governance.agreement import Agreement
from governance.cedar import asker_condition as asker
from governance.cedar import fact_condition as fact
from governance.cedar import field_condition as field
from governance.cedar import paper_condition as paper
from governance.cedar import use_condition as use
from governance.cedar.condition import ALWAYS, Condition, Part, Scope
from governance.cedar.literal import comment, entity, quoted
from governance.ids import AgreementId, DatasetId
from governance.standing import MouStanding, Papers, Standing
from governance.terms import DatasetTerms

OF_DATASET: tuple[Part, ...] = (
    use.COMPLETE,
    use.REVIEWS_OTHERS,
    use.TWO_PEOPLE,
    use.MODEL_FOR_THIS,
    paper.DECLARED,
    paper.started,
    paper.not_over,
    paper.active,
    paper.mou_in_force,
    paper.floor_leaves_room,
    asker.purpose_listed,
    asker.basis_met,
    field.listed,
    field.granted,
    asker.models_granted,
    field.in_place,
    asker.role_listed,
    asker.of_a_party,
    asker.trained,
    asker.stays_with_the_named,
    fact.TOLD_FIRST,
    field.joined_by_both,
    fact.not_victim_services,
    fact.consented,
    fact.NOTHING_SEALED,
    fact.attested,
    fact.kept_no_longer,
    fact.large_enough,
    fact.NOT_RECOVERABLE,
)
"""The conditions of a permit for a dataset, in the order in which the first evaluator reports its clauses."""

OF_LINEAGE: tuple[Part, ...] = (
    paper.started,
    paper.not_over,
    paper.active,
    paper.mou_in_force_for_owner,
    asker.purpose_listed,
    asker.some_basis_met,
    field.granted_of_any,
    asker.models_granted,
    asker.role_listed,
    asker.of_a_party,
    asker.trained,
    asker.stays_with_the_named,
    fact.TOLD_FIRST,
    fact.large_enough,
    fact.NOT_RECOVERABLE,
)
"""The conditions on what was derived from an agreement, beside those of whatever else is asked for."""


def of_dataset(dataset: DatasetId, papers: Papers, parts: tuple[Part, ...] = OF_DATASET) -> Iterator[str]:
    """The permits for a dataset, one for each agreement that lists it, as Cedar text.

    Args:
        dataset: what is asked for.
        papers: every paper; without a memorandum there is no permit.
        parts: the conditions of each.
    """
    for standing in papers.agreements.values():
        for terms in standing.agreement.datasets:
            if terms.id == dataset and papers.mou is not None:
                yield _permit(_scope(standing, papers.mou, terms, papers), parts)


def of_lineage(agreement: AgreementId, papers: Papers, parts: tuple[Part, ...] = OF_LINEAGE) -> Iterator[str]:
    """The permit for what was derived from an agreement, as Cedar text; none where there is no such agreement.

    Args:
        agreement: what it was derived from.
        papers: every paper; without a memorandum there is no permit.
        parts: the conditions.
    """
    standing = papers.agreements.get(agreement)
    if standing is not None and papers.mou is not None:
        yield _permit(_scope(standing, papers.mou, None, papers), parts)


def permits(standing: Standing, papers: Papers) -> Iterator[str]:
    """Every permit of one agreement: for each of its datasets, and for what was derived from it."""
    if papers.mou is None:
        return
    for terms in (*standing.agreement.datasets, None):
        scope = _scope(standing, papers.mou, terms, papers)
        yield _permit(scope, OF_LINEAGE if terms is None else OF_DATASET)


def _scope(standing: Standing, mou: MouStanding, dataset: DatasetTerms | None, papers: Papers) -> Scope:
    agreement = standing.agreement
    return Scope(
        agreement=agreement,
        sha256=standing.sha256,
        mou=mou,
        dataset=dataset,
        joinable=joinable(agreement, papers),
    )


def joinable(agreement: Agreement, papers: Papers) -> frozenset[DatasetId]:
    """The datasets that an agreement's rows may be joined with: its own, and those of agreements that name each other.

    Args:
        agreement: whose rows.
        papers: every paper.
    """
    named = [papers.agreements[id].agreement for id in agreement.linkage.partners if id in papers.agreements]
    mutual = [other for other in named if agreement.id in other.linkage.partners]
    return frozenset(dataset.id for each in (agreement, *mutual) for dataset in each.datasets)


def _permit(scope: Scope, parts: tuple[Part, ...]) -> str:
    lines = [*_annotations(scope), "permit (", "  principal,", '  action in Action::"any_use",']
    lines += [f"  resource == {_resource(scope)}", ")"]
    for part in parts:
        condition = part if isinstance(part, Condition) else part(scope)
        lines.append(comment(f"{condition.code}: {condition.words}."))
        if condition.test != ALWAYS:
            lines.append(f"when {{ {condition.test} }}")
    return "\n".join([*lines, ";"])


def _annotations(scope: Scope) -> list[str]:
    agreement = scope.agreement
    about = "what was derived from it" if scope.dataset is None else scope.dataset.id
    parties = ", ".join(dict.fromkeys(party.agency for party in agreement.parties.recipients))
    return [
        f"@id({quoted(f'{agreement.id} v{agreement.version}: {about}')})",
        f"@title({quoted(agreement.title)})",
        f"@parties({quoted(f'{agreement.parties.owner.agency} to {parties}')})",
    ]


def _resource(scope: Scope) -> str:
    dataset: DatasetTerms | None = scope.dataset
    return scope.standing if dataset is None else entity("Dataset", dataset.id)
