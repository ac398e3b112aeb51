"""The built-in envelope: papers that are signed here, with the signatories' own keys. It needs no service.

The ledger is its memory: what was sent stands there, and a signature is the paper's own, so that an envelope and its
paper cannot tell two stories. Sending it tells nobody; that is for whoever sends it.
"""

from __future__ import annotations

from governance.document_yaml import to_yaml
from governance.envelope.moves import SENT, unknown
from governance.envelope.seam import EnvelopeReport, EnvelopeStatus, Parcel, SignerReport
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.ledger import Entry, Ledger
from governance.lifecycle import Status
from governance.register import Register
from governance.signing import Mark

_OVER = {Status.DECLINED: EnvelopeStatus.DECLINED, Status.VOIDED: EnvelopeStatus.VOIDED}
_VOIDED = "envelope.voided"


class LocalEnvelope:
    """Envelopes of this house.

    Args:
        register: where papers stand, and who signed them.
        ledger: where it is written down what was sent.
    """

    name = "local"

    def __init__(self, register: Register, ledger: Ledger) -> None:
        self._register = register
        self._ledger = ledger

    def send(self, parcel: Parcel) -> str:
        """See `Envelope.send`. The id says which text it is, so that the same one is the same envelope."""
        return f"e-{parcel.key}"

    def status(self, envelope: str) -> EnvelopeReport:
        """See `Envelope.status`: read off the ledger."""
        sent = self._sent(envelope)
        marks = self._marks(sent)
        signers = tuple(_report(asked, marks) for asked in _asked(sent))
        return EnvelopeReport(envelope=envelope, status=self._stands(sent, signers), signers=signers)

    def void(self, envelope: str, why: str) -> None:
        """See `Envelope.void`."""
        sent = self._sent(envelope)
        if self.status(envelope).status in {EnvelopeStatus.COMPLETED, EnvelopeStatus.DECLINED}:
            raise over()
        self._ledger.append_once(_VOIDED, envelope, {"agreement": sent.body["agreement"], "why": why})

    def document(self, envelope: str) -> bytes:
        """See `Envelope.document`: the paper as YAML, with every signature below it as a comment."""
        sent = self._sent(envelope)
        if self.status(envelope).status is not EnvelopeStatus.COMPLETED:
            raise unfinished()
        text, _ = to_yaml(self._register.newest(_agreement(sent)).paper)
        lines = [f"# signed: {mark.party} {mark.agency} {mark.name} {mark.signed_at}" for mark in self._marks(sent)]
        return "\n".join([text.rstrip("\n"), *lines, ""]).encode()

    def _stands(self, sent: Entry, signers: tuple[SignerReport, ...]) -> EnvelopeStatus:
        if next(self._ledger.entries(kind=_VOIDED, topic=sent.topic), None) is not None:
            return EnvelopeStatus.VOIDED
        newest = self._register.newest(_agreement(sent))
        if newest.sha256 != sent.body["sha256"]:
            return EnvelopeStatus.VOIDED
        if newest.status in _OVER:
            return _OVER[newest.status]
        done = all(signer.status is EnvelopeStatus.COMPLETED for signer in signers)
        return EnvelopeStatus.COMPLETED if done else EnvelopeStatus.SENT

    def _marks(self, sent: Entry) -> list[Mark]:
        """The signatures over the text that was sent, which counted."""
        newest = self._register.newest(_agreement(sent))
        return [
            mark
            for entry in self._ledger.entries(kind="agreement.signed", topic=str(_agreement(sent)))
            if (mark := Mark.of(entry.body)).sha256 == sent.body["sha256"]
            and self._register.signatories.counts(entry, newest.paper)
        ]

    def _sent(self, envelope: str) -> Entry:
        found = next(self._ledger.entries(kind=SENT, topic=envelope), None)
        if found is None:
            raise unknown()
        return found


def over() -> Misconfigured:
    """The error for an envelope that is completed or declined."""
    return Misconfigured(
        "The envelope is completed or declined; it cannot be called back.",
        "Terminate the agreement, or amend it.",
        code="ENVELOPE_OVER",
    )


def unfinished() -> Misconfigured:
    """The error for an envelope that still waits for somebody."""
    return Misconfigured(
        "Not everybody has signed; there is no completed document yet.",
        "Ask again when the envelope is completed.",
        code="ENVELOPE_OPEN",
    )


def _agreement(sent: Entry) -> AgreementId:
    return AgreementId(str(sent.body["agreement"]))


def _asked(sent: Entry) -> list[dict[str, str]]:
    signers = sent.body["signers"]
    return [{key: str(value) for key, value in each.items()} for each in signers]  # type: ignore[union-attr]


def _report(asked: dict[str, str], marks: list[Mark]) -> SignerReport:
    """Where a signer is: completed once a signature in that name, for that party, counts."""
    signed = any(mark.party == asked["party"] and mark.name == asked["name"] for mark in marks)
    status = EnvelopeStatus.COMPLETED if signed else EnvelopeStatus.SENT
    return SignerReport(party=asked["party"], agency=asked["agency"], name=asked["name"], status=status)
