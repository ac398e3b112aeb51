"""Destruction: from the inventory to the certificate, step by step."""

from governance.destruction.destroying import Destruction

__all__ = ["Destruction"]
