"""What an agreement asks of a frame before it enters the analytic zone: columns, their forms, how many are alike."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field, model_validator

from governance.use import Action
from governance.written import FieldName, Written, once

USUAL_K = 11
"""Rows that must share what outsiders could know, where an agreement names no number: the usual smallest cell."""

USUAL_DAYS = 90
"""Days that an attestation counts, where an agreement names no number."""


class Form(StrEnum):
    """What a column's values look like. A value of another form is a finding, whatever the column is called."""

    CODE = "code"
    """A short word of a code list: letters, digits, `.`, `_`, `-`; no spaces."""
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    ZIP3 = "zip3"
    """The first three digits of a ZIP code, of an area that is large enough."""
    BAND = "band"
    """The lower end of a band of numbers: a multiple of the column's `width`."""
    NUMBER = "number"
    PSEUDONYM = "pseudonym"
    """32 hex digits, made for one frame: says which rows are of one family, and nothing else."""
    TEXT = "text"
    """Anything. What is in it is looked through like everything else."""


class Part(StrEnum):
    """What a column is to somebody who wants to know who a row is about."""

    QUASI_IDENTIFIER = "quasi_identifier"
    """Outsiders may know it of somebody: rows are counted by these columns together."""
    SENSITIVE = "sensitive"
    """Outsiders would like to know it: it must differ among those who share the rest."""
    UNIT = "unit"
    """Says which rows are of one family; families are counted then, not rows."""
    OTHER = "other"


class FrameColumn(Written):
    """One column that a frame may have. `field` is the dataset's field that it is made of; its name where left out."""

    name: FieldName
    field: FieldName | None = None
    form: Form = Form.CODE
    width: int | None = Field(default=None, ge=2)
    part: Part = Part.QUASI_IDENTIFIER

    @model_validator(mode="after")
    def _fits(self) -> FrameColumn:
        if (self.form is Form.BAND) != (self.width is not None):
            raise ValueError(f"column {self.name}: a band has a width, and nothing else has one")
        if (self.form is Form.PSEUDONYM) != (self.part is Part.UNIT):
            raise ValueError(f"column {self.name}: the unit is a pseudonym, and nothing else is one")
        if self.form is Form.PSEUDONYM and self.field is not None:
            raise ValueError(f"column {self.name}: a pseudonym is made of no field")
        return self

    @property
    def source(self) -> str | None:
        """The field that it is made of; None for a pseudonym."""
        return None if self.form is Form.PSEUDONYM else self.field or self.name


class FrameTerms(Written):
    """What a frame must be like to be attested.

    `columns` are all that it may have. `k` rows (families, where there is a unit) at least share every combination of
    quasi-identifiers; among them every sensitive column has `diversity` different values. `canaries` is how many
    invented records must have been planted in the source. An attestation counts for `valid_days`. `actions` are those
    that need one; all of them where none is named.
    """

    required: bool = True
    actions: tuple[Action, ...] = ()
    columns: tuple[FrameColumn, ...] = Field(min_length=1)
    k: int = Field(default=USUAL_K, ge=2)
    diversity: int = Field(default=1, ge=1)
    canaries: int = Field(default=0, ge=0)
    valid_days: int = Field(default=USUAL_DAYS, ge=1, le=366)

    @model_validator(mode="after")
    def _holds_together(self) -> FrameTerms:
        once([column.name for column in self.columns], "column")
        once([action.value for action in self.actions], "action")
        if not self.required:
            raise ValueError("required is true, or the whole is left out")
        if len(self.named(Part.UNIT)) > 1:
            raise ValueError("a frame has one unit at most")
        if self.diversity > 1 and not self.named(Part.SENSITIVE):
            raise ValueError("diversity is of sensitive columns, and none is named")
        return self

    def named(self, part: Part) -> tuple[str, ...]:
        """The names of the columns that play a part, in their order."""
        return tuple(column.name for column in self.columns if column.part is part)

    @property
    def unit(self) -> str | None:
        """The column that says which rows are of one family; None where every row is a person of its own."""
        return next(iter(self.named(Part.UNIT)), None)

    @property
    def sources(self) -> frozenset[str]:
        """The dataset's fields that a frame is made of."""
        return frozenset(column.source for column in self.columns if column.source is not None)

    def needed_for(self) -> frozenset[Action]:
        """The actions that need an attestation."""
        return frozenset(self.actions) or frozenset(Action)


def plainly_required(fields: Iterable[str]) -> FrameTerms | None:
    """What `attestation: required` asks, which names no columns: every field that may be there, each one telling.

    Args:
        fields: the fields that the dataset may have in the analytic zone.

    Returns:
        The terms; None where the dataset has no such field, so that no frame of it can be.
    """
    columns = tuple(FrameColumn(name=name, form=Form.TEXT) for name in sorted(fields))
    return FrameTerms(columns=columns) if columns else None
