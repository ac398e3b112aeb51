"""The ledger: an append-only Merkle log (RFC 6962) with signed checkpoints (C2SP tlog-checkpoint)."""

from governance.ledger.entry import Entry, Json
from governance.ledger.export import verify_export
from governance.ledger.log import Ledger
from governance.ledger.note import Head
from governance.ledger.verification import Verification

__all__ = ["Entry", "Head", "Json", "Ledger", "Verification", "verify_export"]
