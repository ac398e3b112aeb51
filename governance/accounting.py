"""Accounting: who used what about a household, when, and for which purpose, read off the ledger, in plain words.

Two kinds are told apart. A *look* was about this household by name: a page, a text, a task's reasons. A *run* went over
everybody's rows of a dataset, this household's among them: a night, a training, an intake. Runs are told once for each
day, asker, action, purpose and dataset.

Source: M.G.L. c.66A s.2(f) (a record of every access, which the data subject may see); the agreements'
`subject_rights.accounting_years`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from governance.ids import AgreementId, DatasetId
from governance.ledger import Entry, Ledger
from governance.purpose import covers
from governance.standing import Papers

ACCESS = "subject_access"
"""What the purpose is called below the installation's own, for which a household's data is looked up at its wish."""

AT_ITS_WISH = "At the household's own wish: to tell it what is held, to correct it, or to hear its no."
UNSTATED = "No agreement on file states this purpose any more."

_LOOKS = ("grant.issued", "use.permitted", "use.refused")
_DONE = {
    "ingest": "took in a file of the agency's",
    "match": "found out which rows belong to the same family",
    "score": "worked out who should be offered help",
    "train": "learnt from the past what comes before a crisis",
    "explain": "put the reasons for an offer of help into words",
    "view": "looked at it",
    "contact": "contacted the family",
    "aggregate": "counted",
    "release": "published counts",
    "export": "handed out a copy",
    "destroy": "destroyed it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One use that was about the household: permitted or refused.

    `did` and `for_what` say action and purpose in plain words; `entry` is its place in the ledger.
    """

    at: datetime
    actor: str
    role: str
    action: str
    did: str
    purpose: str
    for_what: str
    dataset: str
    agreement: str
    permitted: bool
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """Runs of one day over a dataset that holds rows of the household: how many, what for, and the first's entry."""

    day: date
    actor: str
    role: str
    action: str
    did: str
    purpose: str
    for_what: str
    dataset: DatasetId
    agreement: AgreementId
    times: int
    entry: int


class Accounting:
    """Reads the ledger for one household.

    Args:
        ledger: the log.
        papers: the agreements as they stand: what purposes mean, and where days begin.
    """

    def __init__(self, ledger: Ledger, papers: Papers) -> None:
        self._ledger = ledger
        self._papers = papers

    def looks(self, commitments: Collection[str]) -> list[Looked]:
        """Every use that was about somebody, oldest first, refused ones included.

        Args:
            commitments: what entries about them bear; see `governance.subject`.
        """
        wanted = frozenset(commitments)
        kinds = _LOOKS if wanted else ()
        entries = [entry for kind in kinds for entry in self._ledger.entries(kind=kind)]
        found = [entry for entry in entries if entry.body.get("subjects") in wanted]
        return [self._looked(entry) for entry in sorted(found, key=lambda entry: entry.index)]

    def runs(self, since: Mapping[DatasetId, datetime]) -> list[Ran]:
        """Uses of whole datasets, about nobody in particular, oldest first.

        Args:
            since: the datasets that hold rows of the household, each with the instant at which the first came in.
        """
        counted: dict[tuple[Any, ...], list[int]] = {}
        for entry in self._ledger.entries(kind="grant.issued"):
            body = entry.body
            begun = since.get(DatasetId(str(body["dataset"])))
            if begun is None or entry.at < begun or body.get("subjects"):
                continue
            day = entry.at.astimezone(self._papers.zone).date()
            names = ("actor", "role", "action", "purpose", "dataset", "agreement")
            counted.setdefault((day, *(str(body[name]) for name in names)), []).append(entry.index)
        return [self._ran(key, entries) for key, entries in counted.items()]

    def _looked(self, entry: Entry) -> Looked:
        body: Mapping[str, Any] = entry.body
        action, purpose = str(body.get("action", "")), str(body.get("purpose", ""))
        agreement = str(body.get("agreement") or next((each["id"] for each in body.get("agreements", ())), ""))
        return Looked(
            at=entry.at,
            actor=str(body.get("actor", "")),
            role=str(body.get("role", "")),
            action=action,
            did=_DONE.get(action, action),
            purpose=purpose,
            for_what=self._stated(purpose, agreement),
            dataset=str(body.get("dataset") or ", ".join(each["dataset"] for each in body.get("asks", ()))),
            agreement=agreement,
            permitted=entry.kind != "use.refused",
            entry=entry.index,
        )

    def _ran(self, key: tuple[Any, ...], entries: list[int]) -> Ran:
        day, actor, role, action, purpose, dataset, agreement = key
        return Ran(
            day=day,
            actor=actor,
            role=role,
            action=action,
            did=_DONE.get(action, action),
            purpose=purpose,
            for_what=self._stated(purpose, agreement),
            dataset=DatasetId(dataset),
            agreement=AgreementId(agreement),
            times=len(entries),
            entry=entries[0],
        )

    def _stated(self, purpose: str, agreement: str) -> str:
        """What an agreement tells the public about a purpose: the one that permitted the use, else any that has it."""
        if purpose.rpartition(".")[2] == ACCESS:
            return AT_ITS_WISH
        own = self._papers.agreements.get(AgreementId(agreement))
        for standing in (own, *self._papers.agreements.values()):
            for stated in standing.agreement.purposes if standing is not None else ():
                if covers(stated.id, purpose):
                    return stated.statement
        return UNSTATED
