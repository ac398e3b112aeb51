"""The directory: which agency takes part in the memorandum, who coordinates there, who answers for which agreement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from governance.agreement import Agreement
from governance.ids import AgreementId
from governance.lifecycle import IN_FORCE
from governance.standing import MouStanding, Papers


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """An agency that signed the memorandum, or did once.

    `coordinator` is whose signature it is; `since` and `left` are ISO 8601 times, empty where there is none.
    """

    agency: str
    coordinator: str
    takes_part: bool
    since: str
    left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Somebody who answers for an agreement at an agency: as what, under which agreement."""

    agency: str
    agreement: AgreementId
    party: str
    office: str
    who: str


def participants(standing: MouStanding, signed: dict[str, tuple[str, str]]) -> tuple[Participant, ...]:
    """Every agency of the memorandum by name, also those that left.

    Args:
        standing: the memorandum as it stands.
        signed: coordinator and time of the newest signature, by agency.
    """
    left = {step.said: step.at.isoformat() for step in standing.history if step.move == "left"}
    found = []
    for agency in sorted({*signed, *left, *standing.participants}):
        coordinator, since = signed.get(agency, ("", ""))
        inside = agency in standing.participants
        found.append(
            Participant(
                agency=agency,
                coordinator=coordinator,
                takes_part=inside,
                since=since,
                left="" if inside else left.get(agency, ""),
            )
        )
    return tuple(found)


def directory(papers: Papers) -> tuple[Listed, ...]:
    """Who answers for the agreements that are in force or suspended, by agency."""
    found = [
        each
        for standing in papers.agreements.values()
        if standing.status in IN_FORCE
        for each in _listed(standing.agreement)
    ]
    return tuple(sorted(found, key=lambda each: (each.agency, each.agreement, each.party, each.office)))


def _listed(agreement: Agreement) -> Iterator[Listed]:
    owner = agreement.parties.owner
    offices = [(owner.agency, "owner", "steward", owner.steward), (owner.agency, "owner", "counsel", owner.counsel)]
    offices.append((owner.agency, "owner", "security contact", owner.security_contact))
    for each in agreement.parties.recipients:
        offices.append((each.agency, "recipient", "steward", each.steward))
        offices.append((each.agency, "recipient", "privacy officer", each.privacy_officer))
    offices += [(each.agency, "processor", each.service, each.contact) for each in agreement.parties.processors]
    for agency, party, office, who in offices:
        yield Listed(agency=agency, agreement=agreement.id, party=party, office=office, who=who)
