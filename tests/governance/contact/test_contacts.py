"""Contacts: one telephone is one contact, its number rests sealed, and its flags stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from governance.contact import ContactFlag, Registration
from governance.database import reading
from governance.errors import ActionNotGranted, FieldNotListed, GrantSpent, Misconfigured, NotActive
from governance.ids import ContactId
from governance.telephone import is_telephone, telephone
from governance.use import Action
from tests.governance.families import ELSEWHERE, FAMILIES, HOME, OTHER_PHONE, PHONE, Families, families


@pytest.fixture
def house(tmp_path: Path) -> Families:
    return families(tmp_path)


@pytest.mark.parametrize(
    "written", ["6175550123", "+1 617 555 0123", "(617) 555-0123", "1-617-555-0123", " 617.555.0123 "]
)
def test_a_number_is_one_contact_however_it_is_written(house: Families, written: str) -> None:
    assert house.contacts.id_of(written) == house.contacts.id_of(PHONE)


@pytest.mark.parametrize("written", ["", "555-0123", "911", "617-555-012", "6175550123 ext. 4", "call me", "+999 123"])
def test_what_is_no_whole_number_is_none_and_is_not_repeated(house: Families, written: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        house.contacts.id_of(written)
    assert refused.value.code == "PHONE_INVALID"
    assert not written or written not in str(refused.value)


@given(st.text(max_size=30))
def test_anything_at_all_either_is_a_number_or_is_not(written: str) -> None:
    if is_telephone(written):
        assert telephone(telephone(written)) == telephone(written)


def test_an_id_tells_nothing_without_this_installations_secret(tmp_path: Path, house: Families) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert families(other).contacts.id_of(PHONE) != house.contacts.id_of(PHONE)


def test_a_registered_number_rests_sealed_and_opens_behind_a_door_to_contact(house: Families, tmp_path: Path) -> None:
    made = house.registered()
    assert (made.household, made.language, made.flags) == (HOME, "es", frozenset())
    with house.door() as door:
        assert house.contacts.phone(door, made.id) == "+16175550123"
    with reading(house.contacts._engine) as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    assert b"6175550123" not in stored
    assert b"555-0123" not in stored
    assert house.kinds(made.id) == ["contact.registered"]


def test_registering_again_brings_language_and_household_up_to_date_and_says_nothing_new(house: Families) -> None:
    first = house.registered()
    size = len(house.kinds(first.id))
    again = house.registered(language="en", household=ELSEWHERE)
    assert (again.id, again.language, again.household) == (first.id, "en", ELSEWHERE)
    assert house.registered(language="en", household=None).household == ELSEWHERE
    assert len(house.kinds(first.id)) == size
    assert house.contacts.get(first.id) == again


def test_many_at_once_are_the_same_as_one_after_the_other_and_one_bad_number_spoils_all(house: Families) -> None:
    wanted = [Registration(phone=phone, language="en") for phone in (PHONE, OTHER_PHONE, PHONE)]
    with house.door() as door:
        one, two, again = house.contacts.register_all(door, wanted)
        assert one == again != two
        with pytest.raises(Misconfigured):
            house.contacts.register_all(
                door, [Registration(phone="617-555-0177", language="en"), Registration(phone="x", language="en")]
            )
    assert house.contacts.get(house.contacts.id_of("617-555-0177")) is None


def test_flags_come_from_the_sign_up_or_by_hand_and_stay_until_they_are_taken_away(house: Families) -> None:
    made = house.registered(flags={ContactFlag.DO_NOT_TEXT})
    assert house.registered().flags == {ContactFlag.DO_NOT_TEXT}
    house.contacts.flag(made.id, ContactFlag.PROTECTED, on=True, by="worker-1")
    assert house.contacts.flag(made.id, ContactFlag.PROTECTED, on=True, by="worker-1").flags == {
        ContactFlag.DO_NOT_TEXT,
        ContactFlag.PROTECTED,
    }
    house.contacts.flag(made.id, ContactFlag.DO_NOT_TEXT, on=False, by="worker-1")
    found = house.contacts.get(made.id)
    assert found is not None and found.flags == {ContactFlag.PROTECTED}
    assert house.kinds(made.id) == ["contact.registered", *["contact.flagged"] * 3]


def test_a_flag_needs_no_agreement_but_somebody_to_put_it_on(house: Families) -> None:
    made = house.registered()
    house.register.suspend(FAMILIES, by="officer-1")
    house.contacts.flag(made.id, ContactFlag.PROTECTED, on=True, by="worker-1")
    with pytest.raises(Misconfigured) as unknown:
        house.contacts.flag(ContactId("c-" + "0" * 32), ContactFlag.PROTECTED, on=True, by="worker-1")
    assert unknown.value.code == "CONTACT_UNKNOWN"


def test_each_night_linkage_says_anew_who_lives_where_and_leaves_alone_whom_a_worker_placed(house: Families) -> None:
    linked, by_hand = house.registered().id, house.registered(OTHER_PHONE).id
    house.contacts.place({linked: ELSEWHERE})
    assert [each.id for each in house.contacts.of_household(ELSEWHERE)] == [linked]
    assert [each.id for each in house.contacts.of_household(HOME)] == [by_hand]
    house.contacts.place({})
    assert house.contacts.of_household(ELSEWHERE) == ()
    assert [each.id for each in house.contacts.of_household(HOME)] == [by_hand]
    house.contacts.place({linked: HOME, by_hand: None})
    assert [each.id for each in house.contacts.of_household(HOME)] == [linked]


def test_a_door_to_anything_but_contact_neither_seals_nor_opens_a_number(house: Families) -> None:
    made = house.registered()
    with house.door(action=Action.MATCH) as door:
        with pytest.raises(ActionNotGranted):
            house.contacts.phone(door, made.id)
        with pytest.raises(ActionNotGranted):
            house.contacts.register(door, OTHER_PHONE, language="en", household=None)
    with house.door(fields={"language"}) as door, pytest.raises(FieldNotListed):
        house.contacts.phone(door, made.id)
    assert house.codes("use.refused") == ["ACTION_NOT_GRANTED"] * 2


def test_a_door_that_is_shut_or_whose_agreement_stopped_opens_no_number(house: Families) -> None:
    made = house.registered()
    with house.door() as door:
        house.register.suspend(FAMILIES, by="officer-1")
        with pytest.raises(NotActive):
            house.contacts.phone(door, made.id)
    with pytest.raises(GrantSpent):
        house.contacts.phone(door, made.id)


def test_no_number_and_no_household_stands_in_the_ledger(house: Families) -> None:
    id = house.willing()
    with house.door() as door:
        house.clearing.redeem(door, house.cleared(door, id))
    written = house.written()
    assert "5550123" not in written and "555-0123" not in written
    assert HOME not in written
