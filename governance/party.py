"""The parties to an agreement, and which of their people may use the data."""

from __future__ import annotations

from pydantic import Field, model_validator

from governance.written import Agency, Text, Written, once


class Owner(Written):
    """The agency whose data it is."""

    agency: Agency
    steward: Text
    counsel: Text
    security_contact: Text


class Recipient(Written):
    """An agency that may use the data, and who answers for it there."""

    agency: Agency
    unit: Text
    steward: Text
    privacy_officer: Text


class Processor(Written):
    """A firm or agency that handles the data for a recipient, for nothing of its own."""

    agency: Agency
    service: Text
    contact: Text


class Parties(Written):
    """Owner, recipients and their processors."""

    owner: Owner
    recipients: tuple[Recipient, ...] = Field(min_length=1)
    processors: tuple[Processor, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Parties:
        once([f"{party.agency} {party.unit}" for party in self.recipients], "recipient")
        return self

    def agencies(self) -> frozenset[str]:
        """Every agency that is a party."""
        recipients = [party.agency for party in self.recipients]
        return frozenset([self.owner.agency, *recipients, *(party.agency for party in self.processors)])


class Training(Written):
    """A course that everybody who touches the data must have taken, and for how many days it counts."""

    course: Text
    valid_days: int = Field(ge=1)


class Users(Written):
    """Roles that may use the data, and the training they need. `flow` is the nightly program."""

    roles: tuple[Text, ...] = Field(min_length=1)
    training: Training | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Users:
        once(list(self.roles), "role")
        return self
