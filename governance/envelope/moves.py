"""What a service says of an envelope, turned into moves of the paper. Doing it again changes nothing.

| the service says | the paper moves |
|---|---|
| `sent` | out for signature |
| a signer `completed` (or `signed`) | signed, for that party; executed with the last one |
| `completed` | whoever is missing has signed; the completed document's hash is put on record |
| `declined` | declined |
| `voided`, `timedout` | voided |

A report is held against what was sent: an envelope that nobody here sent moves nothing, nor does one whose text was
replaced since, nor a signer who was not asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import cast

from governance.agreement import Agreement
from governance.document_yaml import to_yaml
from governance.envelope.seam import Envelope, EnvelopeReport, EnvelopeStatus, Parcel, Signer, SignerReport
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.ledger import Entry, Json, Ledger
from governance.lifecycle import Status
from governance.register import Register
from governance.signing import Mark
from governance.signing.embedded import agencies_of

SENT = "envelope.sent"
_SIGNED = frozenset({EnvelopeStatus.SIGNED, EnvelopeStatus.COMPLETED})
_WITHDRAWN = frozenset({EnvelopeStatus.VOIDED, EnvelopeStatus.TIMEDOUT})
_SIGNABLE = frozenset({Status.APPROVED, Status.OUT_FOR_SIGNATURE})


class Envelopes:
    """Papers under way to their signatories.

    Args:
        service: what takes them there.
        register: where papers stand.
        ledger: where it is written down which envelope holds which text.
    """

    def __init__(self, service: Envelope, register: Register, ledger: Ledger) -> None:
        self._service = service
        self._register = register
        self._ledger = ledger

    def send(self, id: AgreementId, signers: Iterable[Signer], *, by: str) -> str:
        """Send the text that is approved to those who sign it. Sent already, it is not sent twice.

        Args:
            id: the agreement.
            signers: who signs, for which party and agency.
            by: who sends it.

        Returns:
            The envelope's id.

        Raises:
            Misconfigured: `AGREEMENT_STATE` where it is not approved; `AGREEMENT_PARTY` where a signer is not for one
                of its parties; `ENVELOPE_UNREACHABLE`.
            MoveNotYours: whoever sends it may not; then nothing leaves.
        """
        self._register.admit(by, "sent", id)
        newest = self._register.newest(id)
        if newest.status not in _SIGNABLE or not isinstance(newest.paper, Agreement):
            what = f"{id} is not approved, so that it cannot go out for signature."
            raise Misconfigured(what, "See `hearthline agreement show` for where it stands.", code="AGREEMENT_STATE")
        parcel = parcel_of(newest.paper, signers)
        envelope = self._service.send(parcel)
        body: dict[str, Json] = {
            "agreement": id,
            "version": parcel.version,
            "sha256": parcel.sha256,
            "service": self._service.name,
            "signers": [{"party": each.party, "agency": each.agency, "name": each.name} for each in parcel.signers],
            "by": by,
        }
        self._ledger.append_once(SENT, envelope, body)
        self.take(EnvelopeReport(envelope=envelope, status=EnvelopeStatus.SENT), by=by)
        return envelope

    def refresh(self, envelope: str, *, by: str) -> tuple[str, ...]:
        """Ask the service where an envelope is, and make the moves that follow. Returns them, in words."""
        return self.take(self.ask(envelope), by=by)

    def ask(self, envelope: str) -> EnvelopeReport:
        """Ask the service where an envelope is that was sent from here. Moves nothing."""
        self._sent(envelope)
        return self._service.status(envelope)

    def void(self, envelope: str, *, by: str, why: str) -> tuple[str, ...]:
        """Call an envelope back; the version that it held is voided."""
        self._register.admit(by, "voided", _agreement(self._sent(envelope)))
        self._service.void(envelope, why)
        return self.take(EnvelopeReport(envelope=envelope, status=EnvelopeStatus.VOIDED, why=why), by=by)

    def take(self, report: EnvelopeReport, *, by: str) -> tuple[str, ...]:
        """Make the moves that a report calls for, and that were not made yet.

        Args:
            report: what the service says, asked or unasked.
            by: who, or what, brought it.

        Returns:
            The moves that were made now: `sent`, `signed recipient`, `declined`, …

        Raises:
            Misconfigured: `ENVELOPE_UNKNOWN` where nobody here sent it.
        """
        sent = self._sent(report.envelope)
        moves = [*self._sending(sent, by), *self._signing(sent, report, by)]
        if report.status is EnvelopeStatus.COMPLETED:
            moves += self._completing(sent, by)
        if report.status is EnvelopeStatus.DECLINED and self._open(sent):
            self._register.decline(_agreement(sent), by=by, why=report.why or f"declined in envelope {report.envelope}")
            moves.append("declined")
        if report.status in _WITHDRAWN and self._open(sent):
            why = report.why or f"envelope {report.envelope} is {report.status}"
            self._register.void(_agreement(sent), by=by, why=why)
            moves.append("voided")
        return tuple(moves)

    def _sending(self, sent: Entry, by: str) -> list[str]:
        if self._stands(sent) is not Status.APPROVED:
            return []
        self._register.send(_agreement(sent), by=by, why=f"envelope {sent.topic}")
        return ["sent"]

    def _signing(self, sent: Entry, report: EnvelopeReport, by: str) -> list[str]:
        signed = []
        everybody = report.status is EnvelopeStatus.COMPLETED and not report.signers
        told = _asked(sent) if everybody else [each for each in report.signers if each.status in _SIGNED]
        for signer in told:
            if not _was_asked(sent, signer) or not self._open(sent):
                continue
            if signer.party in self._register.newest(_agreement(sent)).signed:
                continue
            mark = Mark(
                party=signer.party,
                agency=signer.agency,
                name=signer.name,
                sha256=str(sent.body["sha256"]),
                signed_at=signer.at.isoformat() if signer.at else "",
                envelope=sent.topic,
            )
            self._register.sign(_agreement(sent), signer.party, signer.name, by=by, mark=mark)
            signed.append(f"signed {signer.party}")
        return signed

    def _completing(self, sent: Entry, by: str) -> list[str]:
        """Put on record what the service gives as the completed document."""
        if next(self._ledger.entries(kind="envelope.completed", topic=sent.topic), None) is not None:
            return []
        evidence = hashlib.sha256(self._service.document(sent.topic)).hexdigest()
        body = {"agreement": sent.body["agreement"], "evidence_sha256": evidence, "by": by}
        written = self._ledger.append_once("envelope.completed", sent.topic, body)
        return ["completed"] if written is not None else []

    def _open(self, sent: Entry) -> bool:
        """Whether the text in the envelope is the newest, and still waits for signatures."""
        return self._stands(sent) in _SIGNABLE

    def _stands(self, sent: Entry) -> Status | None:
        """Where the version stands whose text is in the envelope; None where another text took its place."""
        newest = self._register.newest(_agreement(sent))
        return newest.status if newest.sha256 == sent.body["sha256"] else None

    def _sent(self, envelope: str) -> Entry:
        found = next(self._ledger.entries(kind=SENT, topic=envelope), None)
        if found is None:
            raise unknown()
        return found


def parcel_of(paper: Agreement, signers: Iterable[Signer]) -> Parcel:
    """A paper made ready to be sent.

    Raises:
        Misconfigured: `AGREEMENT_PARTY` where a signer's agency is not the party that they are to sign for.
    """
    asked = tuple(signers)
    for each in asked:
        if each.agency not in agencies_of(paper, each.party):
            what = f"{each.agency} is not the {each.party} of {paper.id}."
            raise Misconfigured(what, "Name somebody of the agency that is.", code="AGREEMENT_PARTY")
    text, sha = to_yaml(paper)
    return Parcel(id=paper.id, version=paper.version, sha256=sha, title=paper.title, text=text, signers=asked)


def unknown() -> Misconfigured:
    """The error for an envelope that nobody here sent."""
    return Misconfigured(
        "Nobody here sent an envelope by that id.",
        "Send the agreement for signature first; what comes from elsewhere is not taken.",
        code="ENVELOPE_UNKNOWN",
    )


def _agreement(sent: Entry) -> AgreementId:
    return AgreementId(str(sent.body["agreement"]))


def _asked(sent: Entry) -> list[SignerReport]:
    signers = cast("list[dict[str, str]]", sent.body["signers"])
    return [
        SignerReport(party=each["party"], agency=each["agency"], name=each["name"], status=EnvelopeStatus.COMPLETED)
        for each in signers
    ]


def _was_asked(sent: Entry, signer: SignerReport) -> bool:
    asked = ((each.party, each.agency, each.name) for each in _asked(sent))
    return (signer.party, signer.agency, signer.name) in asked
