"""Envelopes: a paper sent out to be signed, and the services, ours and others', that carry it."""

from governance.envelope.seam import Envelope, EnvelopeReport, EnvelopeStatus, Parcel, Signer, SignerReport

__all__ = ["Envelope", "EnvelopeReport", "EnvelopeStatus", "Parcel", "Signer", "SignerReport"]
