"""Messages: a text that nobody reviewed does not exist, and none says anything about a family."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.keyword import meaning
from alerts.message import PACKAGED, TELLS, Kind, Office, load_messages
from alerts.segment import Encoding
from alerts.sensitive import sensitive
from governance.errors import Misconfigured
from tests.alerts.desk import OFFICE

MESSAGES = load_messages()
EVERY = [(kind, language) for kind, template in sorted(MESSAGES.items()) for language in sorted(template.texts)]


def folder(path: Path, kind: Kind, **changes: Any) -> Path:
    """The packaged messages in a folder, one of them changed."""
    for file in PACKAGED.glob("*.yaml"):
        document = yaml.safe_load(file.read_text())
        if document["kind"] == kind:
            document |= changes
        (path / file.name).write_text(yaml.safe_dump(document, allow_unicode=True))
    return path


def wording(text: str) -> dict[str, Any]:
    return {"en": {"text": text, "reviewed_by": "Ruth Lindqvist", "reviewed_on": "2026-04-14"}}


def refused(path: Path) -> Misconfigured:
    with pytest.raises(Misconfigured) as found:
        load_messages(path)
    return found.value


def test_there_is_a_text_of_every_kind_in_english_and_spanish() -> None:
    assert set(MESSAGES) == set(Kind)
    assert all({"en", "es"} <= set(template.texts) for template in MESSAGES.values())
    assert {template.topic for template in MESSAGES.values()} == {"family_support"}


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_text_fits_one_part_and_says_who_sends_it_and_nothing_else(kind: Kind, language: str) -> None:
    text = MESSAGES.text(kind, language, OFFICE)
    assert text is not None
    assert text.body.startswith("Family Help Line: ")
    assert (text.size.encoding, text.size.segments) == (Encoding.GSM7, 1)
    assert sensitive(text.body, allowed=[OFFICE.phone]) == ()
    assert (text.template, text.topic, text.language) == (f"{kind}@1", "family_support", language)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_word_that_a_family_is_told_to_send_is_understood(kind: Kind, language: str) -> None:
    words = [word.strip(".,:;") for word in MESSAGES[kind].texts[language].text.split()]
    told = {meaning(word) for word in words if word.isupper() and len(word) > 1}
    assert set(TELLS[kind]) <= told


@pytest.mark.parametrize("kind", [Kind.INVITE, Kind.CONFIRMED, Kind.OFFER, Kind.OFFER_SOON, Kind.STOPPED])
def test_saying_no_changes_nothing_and_the_text_says_so(kind: Kind) -> None:
    assert "your benefits" in MESSAGES[kind].texts["en"].text
    assert "sus beneficios" in MESSAGES[kind].texts["es"].text


def test_there_is_no_text_in_a_language_in_which_nobody_reviewed_one() -> None:
    assert MESSAGES.text(Kind.OFFER, "ht", OFFICE) is None


@pytest.mark.parametrize(
    "text",
    [
        "{office}: Help with your eviction. Call {phone}. STOP, HELP.",
        "{office}: Ayuda con su desalojo. STOP, HELP.",
        "{office}: There may be 300 dollars. STOP, HELP.",
        "{office}: Your hearing is near. STOP, HELP.",
        "{office}: See https://help.example. STOP, HELP.",
        "{office}: Call 617-555-0123. STOP, HELP.",
        "{office}: Dear Luz, call {phone}. STOP, HELP.",
    ],
)
def test_a_text_that_says_too_much_is_not_loaded(tmp_path: Path, text: str) -> None:
    error = refused(folder(tmp_path, Kind.OFFER, texts=wording(text)))
    assert error.code == "MESSAGE_SENSITIVE"
    assert "offer.yaml, en" in str(error)
    assert text not in str(error)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{office}: {name}, there may be help. STOP, HELP.", "can be filled in"),
        ("{office.name}: there may be help. STOP, HELP.", "can be filled in"),
        ("{office}: there may be help {. STOP, HELP.", "a brace stands alone"),
        ("There may be help. STOP, HELP.", "who sends it"),
        ("{office}: there may be help. HELP for help.", "understood as stop"),
        ("{office}: there may be help. To stop, write HALT. HELP.", "understood as stop"),
        ("{office}: there may be help. STOP to end.", "understood as help"),
    ],
)
def test_a_text_that_lacks_what_it_needs_is_not_loaded(tmp_path: Path, text: str, what: str) -> None:
    error = refused(folder(tmp_path, Kind.OFFER, texts=wording(text)))
    assert error.code == "POLICY_INVALID"
    assert what in str(error)


@pytest.mark.parametrize("missing", ["reviewed_by", "reviewed_on", "text"])
def test_a_text_that_nobody_reviewed_is_none(tmp_path: Path, missing: str) -> None:
    texts = wording("{office}: There may be help. STOP, HELP.")
    del texts["en"][missing]
    assert refused(folder(tmp_path, Kind.OFFER, texts=texts)).code == "POLICY_INVALID"


def test_a_kind_that_is_missing_or_there_twice_is_a_mistake(tmp_path: Path) -> None:
    made = folder(tmp_path, Kind.OFFER)
    (made / "another.yaml").write_text((made / "help.yaml").read_text())
    assert "already" in str(refused(made))
    (made / "another.yaml").unlink()
    (made / "help.yaml").unlink()
    assert "no message is of kind help" in str(refused(made))


@pytest.mark.parametrize("office", [Office(name="Eviction Desk", phone="(413) 555-0100"), Office(name="A", phone="$5")])
def test_what_is_filled_in_is_checked_again(office: Office) -> None:
    with pytest.raises(Misconfigured) as found:
        MESSAGES.text(Kind.OFFER, "en", Office(name=office.name, phone=office.phone + " or see help.gov"))
    assert found.value.code == "MESSAGE_SENSITIVE"
    assert "help.gov" not in str(found.value)


def test_an_office_may_have_a_number_in_its_name() -> None:
    text = MESSAGES.text(Kind.OFFER, "en", Office(name="Mass 211", phone="211"))
    assert text is not None and text.body.startswith("Mass 211: ")
