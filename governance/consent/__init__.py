"""Consent: what families said to being texted, as acts in the ledger, and what they come to."""

from governance.consent.consents import Consents
from governance.consent.draft import SMS, Asking
from governance.consent.said import ALL, RANK, Consent, ConsentMove, ConsentState

__all__ = ["ALL", "RANK", "SMS", "Asking", "Consent", "ConsentMove", "ConsentState", "Consents"]
