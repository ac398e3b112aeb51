"""A rule as a policy person writes it: versions with the day from which each holds and where it comes from."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from governance.written import Purpose, Text, Written
from rules.condition import Condition
from rules.indicator import IndicatorId
from rules.sentence import Sentence, parse

RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Citation(Written):
    """Where a rule comes from: a statute, a standard, or this house's own policy; and what it says, in `note`."""

    source: Text
    note: Text
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")] | None = None


class Deadline(Written):
    """A day that an event sets: so many days `after` or `before` the event that an indicator points at."""

    indicator: IndicatorId
    days_after: Annotated[int, Field(ge=0)] = 0
    days_before: Annotated[int, Field(ge=0)] = 0


class Version(Written):
    """What a rule says from the day `effective` up to the day `until`, both inside.

    `tier` 1 is for a day that law or a court sets and that cannot be had again: a home or its power is lost, an appeal
    is late. 2 is for something that is going wrong now, what can still be asked for anew included, 3 for the rest.
    Somebody should have acted `due_in_days` after the day looked from, or earlier where `deadline` sets an earlier day.
    """

    effective: date
    until: date | None = None
    citation: Citation
    when: Condition
    tier: Annotated[int, Field(ge=1, le=3)]
    due_in_days: Annotated[int, Field(ge=0, le=90)]
    deadline: Deadline | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Version:
        if self.until is not None and self.until < self.effective:
            raise ValueError("until lies before effective")
        return self

    def holds(self, as_of: date) -> bool:
        """Whether it is the one to follow on a day."""
        return self.effective <= as_of and (self.until is None or as_of <= self.until)

    def indicators(self) -> frozenset[str]:
        """Every indicator that it looks at."""
        return self.when.indicators() | ({self.deadline.indicator} if self.deadline else set())


class Rule(Written):
    """One dated and cited rule. It decides nothing: it says that somebody should look, why, and who could help.

    `reason` is the sentence for whoever looks; see `rules.sentence` for what may stand in its braces. `programmes` are
    the ids of the help that it points to.
    """

    id: RuleId
    title: Text
    topic: Word
    purpose: Purpose
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]
    reason: Text
    programmes: Annotated[tuple[Word, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _means_something(self) -> Rule:
        if not self.id.startswith(f"{self.topic}."):
            raise ValueError(f"id begins with its topic: {self.topic}.…")
        for earlier, later in zip(self.versions, self.versions[1:], strict=False):
            if earlier.until is None or earlier.until >= later.effective:
                raise ValueError(f"the version of {later.effective} begins before the one above it ends")
        parse(self.reason)
        return self

    @property
    def sentence(self) -> Sentence:
        """The reason, taken apart."""
        return parse(self.reason)

    def version(self, as_of: date) -> Version | None:
        """The version to follow on a day; None where the rule did not hold then."""
        return next((version for version in self.versions if version.holds(as_of)), None)

    def needed(self, version: Version) -> frozenset[str]:
        """The indicators without which a version cannot be asked, or its reason not be told."""
        return version.indicators() | self.sentence.needed

    def spoken(self, version: Version) -> frozenset[str]:
        """Every indicator that a version looks at or speaks of, also where it can do without."""
        return version.indicators() | self.sentence.indicators
