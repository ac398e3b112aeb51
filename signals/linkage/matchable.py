"""Which datasets linkage asks for at all."""

from __future__ import annotations

from governance.ids import DatasetId
from governance.register import Register
from governance.use import Action


def matchable(register: Register, dataset: DatasetId) -> bool:
    """Whether there is anything of a dataset to ask for.

    What its agreements never list for matching is not asked for: that is no refusal, but what was agreed. Refused each
    night, it would only hide the refusals that are news.

    Args:
        register: the agreements.
        dataset: one with persons.
    """
    papers = register.covering(dataset)
    return not papers or any(paper.terms[dataset].by_action[Action.MATCH] for paper in papers)
