"""Safeguards: the parts of an agreement that say how, not what: security, output, rights, breach, term, end."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from governance.written import Agency, PaperId, Purpose, Text, Written, once


class Linkage(Written):
    """Agreements whose rows may be joined with this one's. Both sides must name each other."""

    partners: tuple[PaperId, ...] = Field(default=(), alias="with")

    @model_validator(mode="after")
    def _each_once(self) -> Linkage:
        once(list(self.partners), "agreement")
        return self


class Models(Written):
    """Whether models may be trained on the data, for which purposes they may score, and what becomes of them."""

    train: bool = False
    score_purposes: tuple[Purpose, ...] = ()
    retire_on_termination: bool = True


class Decisions(Written):
    """A person decides, and never to somebody's harm. There is no other value."""

    human_review: Literal["required"]
    adverse_use: Literal["prohibited"]


class Derived(Written):
    """Whatever is derived from the data stands under the same terms."""

    inherits: Literal["all"]


class Outputs(Written):
    """What a published table must keep to. `interval_width` is the narrowest that a hidden cell may be bounded."""

    min_cell: int = Field(ge=1)
    zeros: Literal["allowed", "suppressed"]
    complementary: Literal["required"]
    interval_width: int = Field(ge=1)


class Redisclosure(Written):
    """Who else may receive the data, and what happens when a court asks for it."""

    allowed_to: tuple[Agency, ...] = ()
    legal_process: Literal["notify_owner_and_subject_first"]


class Security(Written):
    """How the data is kept."""

    at_rest: Literal["AES-256-GCM"]
    keys: Literal["per_field"]
    accounts: Literal["named"]


class SubjectRights(Written):
    """What the people in the data can ask for, and how soon it happens."""

    access_days: int = Field(ge=0)
    correction: Literal["route_to_owner"]
    opt_out: Literal["next_run"]
    accounting_years: int = Field(ge=0)


class Breach(Written):
    """Within how many hours the owner hears of a breach, and from whom."""

    notify_owner_hours: int = Field(ge=1)
    contacts: tuple[Text, ...] = Field(min_length=1)


class Term(Written):
    """From the start of the day `effective` until the start of the day `expires`, where the agency works."""

    effective: date
    expires: date
    review_by: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Term:
        if self.expires <= self.effective:
            raise ValueError("expires must be after effective")
        if self.review_by is not None and not self.effective <= self.review_by <= self.expires:
            raise ValueError("review_by must lie between effective and expires")
        return self


class Termination(Written):
    """How either side ends it early."""

    notice_days: int = Field(ge=0)
    for_cause: Literal["immediate_suspension"]


class Destruction(Written):
    """What is destroyed after the end, how soon, and what may stay."""

    within_days: int = Field(ge=0)
    covers: tuple[Literal["raw", "sealed", "crosswalk", "indicators", "models", "exports", "backups"], ...] = Field(
        min_length=1
    )
    keeps: tuple[Literal["ledger", "released_aggregates"], ...] = ()
