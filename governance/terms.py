"""Terms: what an agreement allows for one dataset, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from governance.attestation.terms import FrameTerms, plainly_required
from governance.ids import DatasetId
from governance.use import Action
from governance.written import Dataset, FieldName, Text, Written, once

ZONES: tuple[str, ...] = ("enclave", "analytic")
_FOLLOWS_ANY = frozenset({Action.INGEST, Action.DESTROY})


class FieldClass(StrEnum):
    """How close a field comes to naming somebody."""

    DIRECT_IDENTIFIER = "direct_identifier"
    QUASI_IDENTIFIER = "quasi_identifier"
    SENSITIVE = "sensitive"
    MEASURE = "measure"


class FieldTerms(Written):
    """One field: what it is, under which law, where it may be, how long, and for what.

    `retain_days` counts from the day it became known; absent, the agreement's term is the limit.
    """

    name: FieldName
    class_: FieldClass = Field(alias="class")
    regime: Text
    zones: tuple[Literal["enclave", "analytic"], ...] = Field(min_length=1)
    retain_days: int | None = Field(default=None, ge=1)
    actions: tuple[Action, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> FieldTerms:
        once(list(self.zones), "zone")
        once([action.value for action in self.actions], "action")
        return self


class Population(Written):
    """Whose rows the dataset holds, and whose are taken out before delivery."""

    geography: tuple[Text, ...] = Field(min_length=1)
    excludes: tuple[Text, ...] = ()


class DatasetTerms(Written):
    """One dataset as an agreement writes it down.

    `attestation: required` keeps it out of the analytic zone: what enters are frames that are attested to be anonymous.
    Written at length it says what such a frame may be like; see `FrameTerms`.
    """

    id: Dataset
    population: Population
    refresh_days: int = Field(ge=1)
    attestation: Literal["required"] | FrameTerms | None = None
    fields: tuple[FieldTerms, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> DatasetTerms:
        once([field.name for field in self.fields], "field")
        return self

    @model_validator(mode="after")
    def _frames_may_leave(self) -> DatasetTerms:
        if isinstance(self.attestation, FrameTerms):
            outside = self.attestation.sources - {field.name for field in self.fields if _may_be(field, "analytic")}
            if outside:
                raise ValueError(f"attestation: {', '.join(sorted(outside))} may not be in the analytic zone")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A dataset's terms, arranged for deciding: which fields each action and each zone may have.

    `by_regime` has the regimes in capitals. `attestation` says whether one is required, `attested` for which actions,
    and `frame` what a frame must be like to get one; None where no frame of the dataset could be.
    """

    dataset: DatasetId
    fields: frozenset[str]
    by_action: Mapping[Action, frozenset[str]]
    by_zone: Mapping[str, frozenset[str]]
    by_regime: Mapping[str, frozenset[str]]
    retain_days: Mapping[str, int]
    attestation: bool
    attested: frozenset[Action] = frozenset()
    frame: FrameTerms | None = None

    @classmethod
    def of(cls, written: DatasetTerms) -> Terms:
        """Arrange what was written.

        Taking a field in, and destroying it, follow from its being listed for anything at all. A direct identifier
        stays in the enclave whatever zones are listed for it.
        """
        names = frozenset(field.name for field in written.fields)
        by_action = {
            action: frozenset(field.name for field in written.fields if action in field.actions) for action in Action
        }
        by_action.update(dict.fromkeys(_FOLLOWS_ANY, names))
        by_zone = {zone: frozenset(field.name for field in written.fields if _may_be(field, zone)) for zone in ZONES}
        retained = {field.name: field.retain_days for field in written.fields if field.retain_days is not None}
        regimes = {field.regime.upper() for field in written.fields}
        return cls(
            dataset=written.id,
            fields=names,
            by_action=by_action,
            by_zone=by_zone,
            by_regime={
                regime: frozenset(field.name for field in written.fields if field.regime.upper() == regime)
                for regime in regimes
            },
            retain_days=retained,
            attestation=written.attestation is not None,
            attested=_attested(written),
            frame=_frame(written, by_zone["analytic"]),
        )


def _attested(written: DatasetTerms) -> frozenset[Action]:
    """The actions that need an attestation."""
    if isinstance(written.attestation, FrameTerms):
        return written.attestation.needed_for()
    return frozenset(Action) if written.attestation else frozenset()


def _frame(written: DatasetTerms, fields: frozenset[str]) -> FrameTerms | None:
    return written.attestation if isinstance(written.attestation, FrameTerms) else plainly_required(fields)


def _may_be(field: FieldTerms, zone: str) -> bool:
    if field.class_ is FieldClass.DIRECT_IDENTIFIER and zone != "enclave":
        return False
    return zone in field.zones
