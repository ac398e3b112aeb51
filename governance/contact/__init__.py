"""Contacts: families' telephones, sealed, and the hours in which they may ring."""

from governance.contact.contacts import PHONE, SECRET, Contacts, Registration
from governance.contact.record import FORBIDDING, Contact, ContactFlag, unknown_contact

__all__ = ["FORBIDDING", "PHONE", "SECRET", "Contact", "ContactFlag", "Contacts", "Registration", "unknown_contact"]
