"""Identifiers. Each has its own type, so that one cannot be passed for another."""

from __future__ import annotations

from typing import NewType

AgreementId = NewType("AgreementId", str)
"""`DULA-2026-014`: the signed paper."""

DatasetId = NewType("DatasetId", str)
"""`hmis.enrollment`: one feed's name, agency first."""

GrantId = NewType("GrantId", str)
"""`g-3f9c…`: looked up by this number, worth nothing unless the gate issued it."""

RunId = NewType("RunId", str)
"""`2022-05-27-1a2b3c4d`: one night (the day looked from and the policy's hash), or one command."""

DeliveryId = NewType("DeliveryId", str)
"""`d-` and the first 32 hex digits of the SHA-256 of dataset and file: the same file twice is the same delivery."""

HouseholdId = NewType("HouseholdId", str)
"""`hh-…`: a pseudonym. It leaves the enclave; the person ids it was made from do not."""

PersonId = NewType("PersonId", str)
"""`p-…`: exists only inside the enclave."""

TaskId = NewType("TaskId", str)
"""`t-…`: one task for one household."""

ContactId = NewType("ContactId", str)
"""`c-…`: a telephone, by a keyed digest of its number. Its household may change; its yes and no stay with it."""

ClearanceId = NewType("ClearanceId", str)
"""`k-…`: leave to send one text to one contact, once, within minutes."""

MessageId = NewType("MessageId", str)
"""`m-…`: one text, sent or received."""
