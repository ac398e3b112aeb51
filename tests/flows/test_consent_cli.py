"""`hearthline consent`: what families say is written down, shown and taken back; and no number is ever printed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from flows.bootstrap import Services, initialise
from flows.cli.handler import run
from flows.consenting import door_to_contact
from governance.clearance import Clearance, ContactAsk
from governance.clock import FixedClock
from governance.ids import AgreementId, ContactId, HouseholdId
from tests.flows import homes
from tests.governance.families import NOON, PHONE

Capture = pytest.CaptureFixture[str]
SIGNUPS = AgreementId("DULA-2026-010")
PROOF = "signed form of 2026-05-03"
HOME = HouseholdId("hh-0123456789abcdef")
HEAD = "phone,household,topic,language,how,proof,wording,given_at,confirmed_proof\n"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the example agreements, and nobody's data; not to be changed."""
    home = tmp_path_factory.mktemp("empty") / "home"
    house = initialise(homes.settings(home))
    house.engine.dispose()
    house.ledger_engine.dispose()
    return home


@pytest.fixture
def house(empty: Path, tmp_path: Path) -> Services:
    """A home of the test's own."""
    return homes.copy(empty, tmp_path / "home")


@pytest.fixture
def number(tmp_path: Path) -> str:
    """A file that holds a telephone number."""
    file = tmp_path / "number"
    file.write_text(f"{PHONE}\n")
    return str(file)


def consent(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(["consent", *words, "--home", str(house.settings.home), "--json"]) == code, capsys.readouterr().err
    out = capsys.readouterr()
    assert "5550123" not in out.out + out.err and PHONE not in out.out + out.err
    return json.loads(out.out) if out.out else out.err


def registered(house: Services, household: HouseholdId | None = HOME, phone: str = PHONE) -> ContactId:
    with door_to_contact(house, "worker-1") as door:
        return house.contacts.register(door, phone, language="es", household=household).id


def granted(house: Services, capsys: Capture, whom: str, *words: str, code: int = 0) -> Any:
    return consent(house, capsys, "grant", whom, "--language", "es", "--proof", PROOF, *words, code=code)


def test_a_yes_is_asked_until_it_is_confirmed_and_then_granted(house: Services, capsys: Capture) -> None:
    registered(house)
    asked = granted(house, capsys, HOME)
    assert (asked["state"], asked["channel"], asked["topic"]) == ("asked", "sms", "family_support")
    assert [(move["state"], move["how"], move["proof"]) for move in asked["history"]] == [("asked", "worker", PROOF)]
    done = consent(house, capsys, "confirm", HOME, "--proof", "call of 2026-05-04", "--how", "phone")
    assert [move["state"] for move in done["history"]] == ["asked", "granted"]
    assert done["state"] == consent(house, capsys, "show", HOME)["state"] == "granted"
    assert house.ledger.get(done["history"][1]["entry"]).kind == "consent.granted"


def test_both_acts_can_be_written_down_at_once_where_both_were_done(house: Services, capsys: Capture) -> None:
    id = registered(house)
    done = granted(house, capsys, id, "--confirmed-by", "spoke with worker-1 on 2026-05-03")
    assert done["state"] == "granted"
    again = granted(house, capsys, id, "--confirmed-by", PROOF)
    assert again["history"] == done["history"]


def test_the_first_proof_is_not_the_second(house: Services, capsys: Capture) -> None:
    assert "PROOF_REPEATED" in granted(house, capsys, registered(house), "--confirmed-by", PROOF, code=1)


def test_a_number_comes_from_a_file_or_from_standard_input_and_never_stands_on_the_line(
    house: Services, capsys: Capture, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = registered(house)
    assert granted(house, capsys, id, "--phone-file", number)["contacts"][0]["contact"] == id
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PHONE}\n"))
    assert granted(house, capsys, id, "--phone-file", "-")["state"] == "asked"
    said = granted(house, capsys, "617-555-0123", code=2)
    assert "--phone-file" in said
    assert "USAGE" in consent(house, capsys, "revoke", "--phone-file", "nowhere", code=2)


def test_a_number_goes_only_to_a_household_that_staff_know(house: Services, capsys: Capture, number: str) -> None:
    assert "HOUSEHOLD_UNKNOWN" in granted(house, capsys, HOME, "--phone-file", number, code=1)
    other = registered(house, phone="413-555-0188")
    assert "CONTACT_AMBIGUOUS" in granted(house, capsys, other, "--phone-file", number, code=1)
    assert house.contacts.get(house.contacts.id_of(PHONE)) is None


def test_a_household_without_a_telephone_or_with_several_is_told_apart(house: Services, capsys: Capture) -> None:
    assert "CONTACT_UNKNOWN" in granted(house, capsys, HOME, code=1)
    shown = consent(house, capsys, "show", HOME)
    assert (shown["state"], shown["history"], shown["contacts"]) == ("none", [], [])
    registered(house)
    registered(house, phone="413-555-0188")
    assert "CONTACT_AMBIGUOUS" in granted(house, capsys, HOME, code=1)
    assert len(consent(house, capsys, "show", HOME)["contacts"]) == 2


def test_a_no_takes_everything_back_at_once_whatever_the_agreements_say(house: Services, capsys: Capture) -> None:
    id = registered(house)
    granted(house, capsys, id, "--confirmed-by", "call of 2026-05-04")
    granted(house, capsys, id, "--topic", "school")
    house.register.suspend(SIGNUPS, by="officer-1")
    assert consent(house, capsys, "revoke", HOME)["state"] == "revoked"
    (shown,) = consent(house, capsys, "show", HOME)["contacts"]
    assert {each["topic"]: each["state"] for each in shown["consents"]} == {
        "family_support": "revoked",
        "school": "revoked",
    }


def test_a_no_to_one_topic_leaves_the_other(house: Services, capsys: Capture) -> None:
    id = registered(house)
    granted(house, capsys, id)
    granted(house, capsys, id, "--topic", "school")
    assert consent(house, capsys, "revoke", id, "--topic", "school")["state"] == "revoked"
    assert consent(house, capsys, "show", id)["state"] == "asked"


def test_a_no_of_a_strangers_telephone_is_kept_for_the_day_that_it_signs_up(
    house: Services, capsys: Capture, number: str
) -> None:
    assert consent(house, capsys, "revoke", "--phone-file", number)["state"] == "revoked"
    registered(house)
    assert "CONSENT_REVOKED" in granted(house, capsys, HOME, code=3)
    assert consent(house, capsys, "revoke", "hh-fedcba9876543210")["state"] == "none"
    assert "USAGE" in consent(house, capsys, "revoke", code=2)


def test_after_a_no_only_a_newer_yes_is_written_down(house: Services, capsys: Capture) -> None:
    id = registered(house)
    granted(house, capsys, id)
    consent(house, capsys, "revoke", id)
    said = granted(house, capsys, id, code=3)
    assert said.startswith("CONSENT_REVOKED: ")
    assert [entry.topic for entry in house.ledger.entries(kind="consent.refused")] == [id]
    newer = consent(house, capsys, "grant", id, "--language", "es", "--proof", "spoke with worker-1")
    assert newer["state"] == "asked"
    assert "USAGE" in granted(house, capsys, id, "--given-on", "2999-01-01", code=2)


def test_a_flag_is_put_on_and_taken_away_and_a_flag_that_there_is_not_is_usage(
    house: Services, capsys: Capture
) -> None:
    id = registered(house)
    assert consent(house, capsys, "flag", id, "protected")["contacts"][0]["flags"] == ["protected"]
    assert consent(house, capsys, "flag", HOME, "protected", "--off")["contacts"][0]["flags"] == []
    consent(house, capsys, "flag", id, "suspicious", code=2)
    assert "CONTACT_UNKNOWN" in consent(house, capsys, "flag", "hh-fedcba9876543210", "protected", code=1)


def test_nothing_waits_for_a_second_yes_that_was_not_asked_for(house: Services, capsys: Capture) -> None:
    id = registered(house)
    assert "CONSENT_NOT_ASKED" in consent(house, capsys, "confirm", id, "--proof", "call of 2026-05-04", code=1)


def test_where_nobody_may_be_contacted_no_number_is_taken(house: Services, capsys: Capture, tmp_path: Path) -> None:
    house.register.suspend(SIGNUPS, by="officer-1")
    file = tmp_path / "consents.csv"
    file.write_text(HEAD + f"{PHONE},,family_support,es,form,{PROOF},form-1,2026-05-03,\n")
    assert consent(house, capsys, "import", str(file), code=3).startswith("NOT_ACTIVE: ")
    assert house.contacts.get(house.contacts.id_of(PHONE)) is None
    assert not any(house.ledger.entries(kind="consent"))


def test_good_rows_of_a_file_are_kept_and_the_others_named_by_number_and_code(
    house: Services, capsys: Capture, tmp_path: Path
) -> None:
    refuser = house.contacts.id_of("413-555-0188")
    house.consents.revoke(refuser, how="keyword", proof="m-1", by="inbound")
    yes = f"family_support,es,form,{PROOF},form-1,2026-05-03"
    file = tmp_path / "consents.csv"
    file.write_text(
        HEAD
        + f"{PHONE},,{yes},call of 2026-05-04\n"
        + f"617-555-0124,,{yes},\n"
        + f"617-555-01,,{yes},\n"
        + f"617-555-0125,{HOME},{yes},\n"
        + f"617-555-0126,,{yes},{PROOF}\n"
        + f"617-555-0127,,{yes.replace('2026-05-03', 'long ago')},\n"
        + f"617-555-0128,,{yes.replace('form,', 'telepathy,', 1)},\n"
        + f"617-555-0129,,{yes.replace(PROOF, 'mail to maria@family.example')},\n"
        + f"413-555-0188,,{yes},\n"
    )
    done = consent(house, capsys, "import", str(file), code=4)
    assert [(row["row"], row["state"]) for row in done["taken"]] == [(1, "granted"), (2, "asked")]
    assert [(row["row"], row["code"]) for row in done["not_taken"]] == [
        (3, "PHONE_INVALID"),
        (4, "HOUSEHOLD_UNKNOWN"),
        (5, "PROOF_REPEATED"),
        (6, "ROW_INVALID"),
        (7, "ROW_INVALID"),
        (8, "PROOF_INVALID"),
        (9, "CONSENT_REVOKED"),
    ]
    assert (done["state"], done["channel"], done["topic"], done["rows"]) == (None, "sms", "family_support", 9)
    assert not any(word in json.dumps(done) for word in ("telepathy", "maria", "long ago"))


def test_taking_a_file_twice_changes_nothing(house: Services, capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "consents.csv"
    file.write_text(HEAD + f"{PHONE},,family_support,es,form,{PROOF},form-1,2026-05-03,call of 2026-05-04\n")
    first = consent(house, capsys, "import", str(file))
    assert (first["state"], len(first["history"])) == ("granted", 2)
    assert consent(house, capsys, "import", str(file)) == first


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (b"", "FILE_HEADER"),
        (b"phone,topic\n", "FILE_HEADER"),
        (HEAD.replace("household", "surname").encode(), "FILE_HEADER"),
        (HEAD.encode() + b"\xff\xfe\n", "FILE_ENCODING"),
        (HEAD.encode() + b'"617\n', "FILE_QUOTES"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(
    house: Services, capsys: Capture, tmp_path: Path, written: bytes, code: str
) -> None:
    file = tmp_path / "consents.csv"
    file.write_bytes(written)
    assert consent(house, capsys, "import", str(file), code=4).startswith(f"{code}: ")
    assert "FILE_UNREADABLE" in consent(house, capsys, "import", str(tmp_path / "none"), code=4)


def test_what_was_granted_at_the_desk_clears_a_text(tmp_path: Path, capsys: Capture) -> None:
    house = initialise(homes.settings(tmp_path / "home"), clock=FixedClock(NOON))
    id = registered(house)
    granted(house, capsys, id, "--confirmed-by", "call of 2026-05-04")
    ask = ContactAsk(
        contact=id,
        household=HOME,
        channel="sms",
        topic="family_support",
        language="es",
        purpose=house.settings.purpose,
        task="t-1",
        template="offer-es-1",
        lineage=frozenset({SIGNUPS}),
    )
    with door_to_contact(house, "worker-1") as door:
        clearance = house.clearing.ask(door, ask)
        assert isinstance(clearance, Clearance)
        assert house.clearing.redeem(door, clearance) == "+16175550123"


def test_people_are_told_in_words(house: Services, capsys: Capture, tmp_path: Path) -> None:
    id = registered(house)
    granted(house, capsys, id)
    home = ["--home", str(house.settings.home)]
    capsys.readouterr()
    assert run(["consent", "show", id, *home]) == 0
    said = capsys.readouterr().out
    assert "asked" in said and PROOF in said and id in said
    file = tmp_path / "consents.csv"
    file.write_text(HEAD + "1,,family_support,es,form,row 1,form-1,2026-05-03,\n")
    assert run(["consent", "import", str(file), *home]) == 4
    assert "PHONE_INVALID" in capsys.readouterr().out
