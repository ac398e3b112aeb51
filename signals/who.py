"""Who a feed's rows are about: the agency's number of the person, what tells who that is, and who lives together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl
from pydantic import Field, model_validator

from governance.written import Dataset, FieldName, Written
from signals.condition import Condition, all_hold

Role = Literal[
    "first_name",
    "middle_name",
    "last_name",
    "name_suffix",
    "born_on",
    "ssn",
    "phone",
    "street",
    "unit",
    "city",
    "postcode",
]
"""What a field can tell about who a person is."""


class PersonKey(Written):
    """Which field is the agency's number of the person, and the space in which that number is unique.

    `when` says of which rows alone it is one of ours: a school's list of users holds teachers too, and a row about one
    of them is about nobody here, is counted as unlinkable, and is stored nowhere.
    """

    field: FieldName
    space: Dataset | FieldName
    when: Mapping[FieldName, Condition] = Field(default_factory=dict)

    def name(self) -> pl.Expr:
        """The person's name in linkage, `space:number`; null where the row is about nobody of ours."""
        number = pl.col(self.field).cast(pl.String)
        return pl.when(all_hold(self.when)).then(pl.lit(f"{self.space}:") + number)


class HouseholdKey(Written):
    """How a row says who lives together: all with the same `shared`, or the row's person with the one in `person`.

    `space` is the one in which `person` is a number; for `shared` it is the one in which the numbers mean the same
    whichever dataset they come from: an agency's case number in all of its files. Left out, only this dataset's do.
    """

    shared: FieldName | None = None
    person: FieldName | None = None
    space: Dataset | FieldName | None = None
    when: Mapping[FieldName, Condition] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one(self) -> HouseholdKey:
        if (self.shared is None) == (self.person is None) or (self.person is not None and self.space is None):
            raise ValueError("a household is shared, or person with space")
        return self
