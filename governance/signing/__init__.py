"""Signing: keys, marks over a text's hash, and whose keys they are."""

from governance.signing.key import DOMAIN, Mark, SigningKey, is_public, message, verifies

__all__ = ["DOMAIN", "Mark", "SigningKey", "is_public", "message", "verifies"]
