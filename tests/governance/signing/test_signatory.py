"""Signatories: a signature counts if the right key made it, over this very text, for this very party."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from governance.document import sha256
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.keystore import FileKeyStore, MemoryKeyStore
from governance.lifecycle import Status
from governance.signing import DOMAIN, Mark, SigningKey, message, verifies
from governance.signing.custody import kept_key
from governance.signing.embedded import marks
from governance.signing.signatory import HOUSE, OWN, Signatories
from governance.vault import Vault
from tests.governance.papers import NOW, SNAP, Document, Office, agreement, mou, office, signed, snap

BY = "steward-1"
FLO, GUS = "Flo Invented", "Gus Invented"
OWNER, RECIPIENT = SigningKey.of_seed(b"o" * 32), SigningKey.of_seed(b"r" * 32)


def approved(document: Document | None = None) -> Office:
    """An office with the SNAP agreement approved, and keys registered for both who sign it."""
    house = office(mou())
    house.register.submit(agreement(document or snap()), by=BY)
    house.register.approve(SNAP, by="council")
    house.register.signatories.register("DTA", FLO, OWNER.public, by=BY)
    house.register.signatories.register("EOHHS", GUS, RECIPIENT.public, by=BY)
    return house


def owner_mark(house: Office, key: SigningKey = OWNER) -> Mark:
    own = house.register.newest(SNAP).sha256
    return key.sign(party="owner", agency="DTA", name=FLO, sha256=own, at=NOW)


def recipient_mark(house: Office) -> Mark:
    own = house.register.newest(SNAP).sha256
    return RECIPIENT.sign(party="recipient", agency="EOHHS", name=GUS, sha256=own, at=NOW)


def refused(house: Office, mark: Mark) -> str:
    with pytest.raises(Misconfigured) as found:
        house.register.sign(SNAP, mark.party, mark.name, by=BY, mark=mark)
    return found.value.code


def test_both_keys_bring_it_into_force() -> None:
    house = approved()
    house.register.sign(SNAP, "owner", FLO, by=BY, mark=owner_mark(house))
    house.register.sign(SNAP, "recipient", GUS, by=BY, mark=recipient_mark(house))
    house.register.activate(SNAP, by=BY)
    assert house.standing().active
    assert house.again().get(SNAP).active


def test_a_mark_says_everything_that_the_key_signs() -> None:
    mark = OWNER.sign(party="owner", agency="DTA", name=FLO, sha256="ab" * 32, at=NOW)
    assert message(mark).decode() == (
        f"{DOMAIN}\n"
        f'{{"agency":"DTA","document_sha256":"{"ab" * 32}","name":"Flo Invented","party":"owner",'
        f'"signed_at":"2026-09-01T12:00:00+00:00"}}\n'
    )
    assert verifies(OWNER.public, mark)
    assert mark.kind == "keyed"
    assert Mark.of(mark.body()) == mark


@given(
    which=st.sampled_from(["party", "sha256", "name", "agency", "signed_at"]),
    text=st.text(min_size=1, max_size=80),
)
def test_whatever_is_changed_in_a_mark_it_no_longer_verifies(which: str, text: str) -> None:
    mark = OWNER.sign(party="owner", agency="DTA", name=FLO, sha256="ab" * 32, at=NOW)
    changed = replace(mark, **{which: text})
    assert changed == mark or not verifies(OWNER.public, changed)


@given(st.binary(max_size=80) | st.text(max_size=100))
def test_no_other_bytes_verify(raw: bytes | str) -> None:
    text = base64.b64encode(raw).decode() if isinstance(raw, bytes) else raw
    mark = Mark(party="owner", agency="DTA", name=FLO, sha256="ab" * 32, signature=text)
    assert not verifies(OWNER.public, mark)
    assert not verifies(text, replace(mark, signature="A" * 86 + "=="))


def test_another_key_another_text_and_another_party_do_not_count() -> None:
    house = approved()
    mark = owner_mark(house)
    assert refused(house, owner_mark(house, RECIPIENT)) == "SIGNATURE_INVALID"
    assert refused(house, replace(mark, sha256="ab" * 32)) == "SIGNATURE_INVALID"
    assert refused(house, replace(mark, name=GUS)) == "SIGNATURE_INVALID"
    assert refused(house, replace(mark, agency="EOHHS")) == "AGREEMENT_PARTY"
    assert refused(house, replace(mark, party="recipient")) == "AGREEMENT_PARTY"
    assert house.standing().signed == frozenset()


def test_a_recipients_key_does_not_sign_for_the_owner() -> None:
    house = approved()
    own = house.register.newest(SNAP).sha256
    mark = RECIPIENT.sign(party="owner", agency="EOHHS", name=GUS, sha256=own, at=NOW)
    assert refused(house, mark) == "AGREEMENT_PARTY"


def test_a_name_with_a_key_no_longer_signs_without_it() -> None:
    house = approved()
    with pytest.raises(Misconfigured) as found:
        house.register.sign(SNAP, "owner", FLO, by=BY)
    assert found.value.code == "SIGNATURE_UNKEYED"
    house.register.sign(SNAP, "owner", "Somebody Invented", by=BY)
    assert house.register.newest(SNAP).signed == {"owner"}


def test_a_name_whose_key_was_retired_signs_with_nothing() -> None:
    house = approved()
    mark = owner_mark(house)
    house.register.signatories.retire("DTA", FLO, by=BY, why="left the agency")
    assert refused(house, mark) == "SIGNATURE_INVALID"
    with pytest.raises(Misconfigured) as found:
        house.register.sign(SNAP, "owner", FLO, by=BY)
    assert found.value.code == "SIGNATURE_UNKEYED"


def test_what_a_key_signed_stands_after_it_was_retired() -> None:
    house = approved()
    house.register.sign(SNAP, "owner", FLO, by=BY, mark=owner_mark(house))
    house.register.signatories.retire("DTA", FLO, by=BY)
    house.register.sign(SNAP, "recipient", GUS, by=BY, mark=recipient_mark(house))
    house.register.activate(SNAP, by=BY)
    assert house.again().get(SNAP).active


def test_a_key_that_is_registered_later_makes_no_signature_good() -> None:
    house = approved()
    stranger = SigningKey.generate()
    mark = stranger.sign(
        party="owner", agency="DTA", name="Hal Invented", sha256=house.register.newest(SNAP).sha256, at=NOW
    )
    body: Document = {"document": "agreement", "version": 1, "by": BY, "why": "", **mark.body()}
    house.register.send(SNAP, by=BY)
    house.ledger.append("agreement.signed", SNAP, body)
    house.register.signatories.register("DTA", "Hal Invented", stranger.public, by=BY)
    assert house.register.newest(SNAP).signed == frozenset()
    assert house.again().newest(SNAP).signed == frozenset()
    house.register.sign(SNAP, "owner", "Hal Invented", by=BY, mark=mark)
    assert house.again().newest(SNAP).signed == {"owner"}


def test_an_entry_that_bears_a_bad_signature_changes_nothing_for_any_reader() -> None:
    house = approved()
    house.register.send(SNAP, by=BY)
    good = owner_mark(house)
    for bad in (replace(good, signature="A" * 86 + "=="), replace(good, signature=""), replace(good, agency="DPH")):
        body: Document = {"document": "agreement", "version": 1, "by": BY, "why": "", **bad.body()}
        house.ledger.append("agreement.signed", SNAP, body)
    assert house.register.newest(SNAP).signed == frozenset()
    assert house.again().newest(SNAP).status is Status.OUT_FOR_SIGNATURE
    assert [step.move for step in house.again().get(SNAP).history].count("signed") == 0


def test_an_agency_can_say_that_only_keys_sign_for_it() -> None:
    house = approved()
    house.register.sign(SNAP, "owner", "Somebody Invented", by=BY)
    house.register.signatories.require("EOHHS", by=BY, why="policy of 2026")
    house.register.signatories.require("EOHHS", by=BY)
    with pytest.raises(Misconfigured) as found:
        house.register.sign(SNAP, "recipient", "Somebody Invented", by=BY)
    assert found.value.code == "SIGNATURE_UNKEYED"
    assert house.again().newest(SNAP).signed == {"owner"}
    assert len(list(house.ledger.entries(kind="signatory.required"))) == 1


def test_a_name_has_one_key_at_a_time() -> None:
    house = approved()
    register = house.register.signatories
    register.register("DTA", FLO, OWNER.public, by=BY)
    with pytest.raises(Misconfigured) as found:
        register.register("DTA", FLO, RECIPIENT.public, by=BY)
    assert found.value.code == "SIGNATORY_KNOWN"
    register.retire("DTA", FLO, by=BY)
    with pytest.raises(Misconfigured) as gone:
        register.retire("DTA", FLO, by=BY)
    assert gone.value.code == "SIGNATORY_UNKNOWN"
    register.register("DTA", FLO, RECIPIENT.public, by=BY)
    assert [each.key for each in register.all() if each.name == FLO] == [OWNER.public, RECIPIENT.public]
    assert Signatories(house.ledger).all() == register.all()


@pytest.mark.parametrize(
    ("agency", "name", "key"), [("", FLO, OWNER.public), ("DTA", " ", OWNER.public), ("DTA", FLO, "x")]
)
def test_a_signatory_needs_an_agency_a_name_and_a_key(agency: str, name: str, key: str) -> None:
    house = office()
    with pytest.raises(Misconfigured) as found:
        house.register.signatories.register(agency, name, key, by=BY)
    assert found.value.code == "SIGNATORY_KEY"


def keyed(document: Document, **changes: str) -> Document:
    """A document with keyed signatures in it."""
    own = sha256(agreement(document))
    at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    made = [
        OWNER.sign(party="owner", agency="DTA", name=FLO, sha256=own, at=at),
        RECIPIENT.sign(party="recipient", agency="EOHHS", name=GUS, sha256=own, at=at),
    ]
    signatures = [
        {
            "party": mark.party,
            "name": mark.name,
            "role": "Commissioner",
            "signed_at": mark.signed_at,
            "document_sha256": mark.sha256,
            "signature": mark.signature,
            **changes,
        }
        for mark in made
    ]
    return {**document, "signatures": signatures}


def test_keyed_signatures_in_the_document_count_where_their_keys_are_registered() -> None:
    house = office(mou())
    house.register.signatories.register("DTA", FLO, OWNER.public, by=BY)
    house.register.signatories.register("EOHHS", GUS, RECIPIENT.public, by=BY)
    house.register.adopt(agreement(keyed(snap())), by=BY)
    assert house.again().get(SNAP).active
    bodies = [entry.body for entry in house.ledger.entries(kind="agreement.signed", topic=SNAP)]
    assert [(body["name"], body["where"]) for body in bodies] == [(FLO, "document"), (GUS, "document")]


def test_keyed_signatures_of_nobody_known_leave_it_under_review() -> None:
    house = office(mou())
    house.register.adopt(agreement(keyed(snap())), by=BY)
    assert house.standing().status is Status.UNDER_REVIEW
    house.register.approve(SNAP, by="council")
    with pytest.raises(Misconfigured, match="not signed by owner and recipient"):
        house.register.activate(SNAP, by=BY)


def test_a_paper_whose_keyed_signatures_were_moved_to_another_day_is_not_signed() -> None:
    house = office(mou())
    house.register.signatories.register("DTA", FLO, OWNER.public, by=BY)
    house.register.signatories.register("EOHHS", GUS, RECIPIENT.public, by=BY)
    house.register.adopt(agreement(keyed(snap(), signed_at="2020-01-01T09:00:00+00:00")), by=BY)
    assert house.standing().status is Status.UNDER_REVIEW


def test_a_signature_without_a_key_counts_in_a_name_that_has_none() -> None:
    house = office(mou(), signed(snap()))
    assert house.standing().active
    assert {mark.kind for mark in marks(house.standing().agreement)} == {"recorded"}


def test_an_agency_joins_the_memorandum_with_a_key() -> None:
    house = office(mou())
    coordinator = SigningKey.generate()
    id = AgreementId("MOU-STATEWIDE")
    house.register.signatories.register("DPH", "Ida Invented", coordinator.public, by=BY)
    own = house.register.newest(id).sha256
    mark = coordinator.sign(party="DPH", agency="DPH", name="Ida Invented", sha256=own, at=NOW)
    with pytest.raises(Misconfigured) as found:
        house.register.join(id, "DPH", "Ida Invented", by=BY)
    assert found.value.code == "SIGNATURE_UNKEYED"
    house.register.join(id, "DPH", "Ida Invented", by=BY, mark=mark)
    standing = house.again().mou()
    assert standing is not None
    assert "DPH" in standing.participants


def test_a_key_file_is_read_back_and_a_wrong_password_is_a_clear_error() -> None:
    key = SigningKey.generate()
    assert SigningKey.read(key.pem()).public == key.public
    assert SigningKey.read(key.pem("secret"), "secret").public == key.public
    rsa = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem, password in ((key.pem("secret"), None), (key.pem("secret"), "other"), (b"no key", None), (rsa, None)):
        with pytest.raises(Misconfigured) as found:
            SigningKey.read(pem, password)
        assert found.value.code == "SIGNING_KEY_UNREADABLE"


def test_the_vault_keeps_a_key_for_whoever_holds_none() -> None:
    house = office(mou())
    vault = Vault(MemoryKeyStore())
    register = house.register.signatories
    first = kept_key(vault, register, "DTA", FLO, by=BY)
    assert kept_key(vault, register, "DTA", FLO, by=BY).public == first.public
    found = register.find("DTA", FLO)
    assert found is not None
    assert (found.custody, found.key) == (HOUSE, first.public)
    register.register("EOHHS", GUS, RECIPIENT.public, by=BY)
    with pytest.raises(Misconfigured) as known:
        kept_key(vault, register, "EOHHS", GUS, by=BY)
    assert known.value.code == "SIGNATORY_KNOWN"
    assert [each.custody for each in register.all()] == [HOUSE, OWN]


def test_no_kept_keys_file_bears_a_name(tmp_path: Path) -> None:
    house = office(mou())
    kept_key(Vault(FileKeyStore(tmp_path)), house.register.signatories, "DTA", FLO, by=BY)
    assert not [file for file in tmp_path.rglob("*") if "flo" in file.name.lower() or "dta" in file.name.lower()]
