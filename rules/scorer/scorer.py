"""Scorers: from a household's numbers to a score that is the sum of what each number contributes, and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Protocol

import polars as pl
from pydantic import Field, TypeAdapter, ValidationError

from governance.errors import ScorerError
from governance.written import problems
from rules.scorer.additive import Additive
from rules.scorer.linear import Linear
from rules.scorer.scored import Scored


class Scorer(Protocol):
    """What every model can do."""

    @property
    def name(self) -> str:
        """What the model is called in reports."""
        ...

    @property
    def intercept(self) -> float:
        """Where every household starts, in log-odds."""
        ...

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators that it looks at."""
        ...

    def score(self, wide: pl.DataFrame, stale: Collection[str] = ()) -> Scored:
        """Score households; a column per indicator, null where a number is not known. What is stale adds nothing."""
        ...

    def document(self) -> bytes:
        """The model as JSON."""
        ...


_DOCUMENT: TypeAdapter[Additive | Linear] = TypeAdapter(Annotated[Additive | Linear, Field(discriminator="kind")])


def load_scorer(document: bytes) -> Additive | Linear:
    """A model from its document.

    Args:
        document: what `Scorer.document` returned.

    Raises:
        ScorerError: `MODEL_INVALID` where it is no model that this program knows.
    """
    try:
        return _DOCUMENT.validate_json(document)
    except ValidationError as error:
        what = f"A model's document cannot be read: {'; '.join(problems(error))}."
        raise ScorerError(what, "Train a model anew.", code="MODEL_INVALID") from None
