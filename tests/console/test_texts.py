"""Texts as a phone shows them, and everything that one of them rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.view import OutboxView
from tests.console.example import FIRST, example
from tests.console.example_text import CONTACT, OFFER, REPLY, THREADS
from tests.console.look import Client, opened, parsed, words


@pytest.fixture
def client() -> Iterator[Client]:
    with opened(example()) as client:
        yield client


def test_the_newest_phone_is_shown_with_what_went_and_what_came(client: Client) -> None:
    page = parsed(client.get("/outbox").text)
    bubbles = page.xpath("//*[contains(@class, 'hl-phone-frame')]//li[contains(@class, 'hl-bubble ')]")
    said = [" ".join(each.xpath("string(.//p[1])").split()) for each in bubbles]
    assert [each.split(":")[0] for each in said] == ["We wrote", "The family wrote", "We wrote", "We wrote"]
    assert said[1] == "The family wrote: Yes please"
    assert " ".join(bubbles[3].xpath("string(.//p[2])").split()) == "10:05 AM · sent · why this text was sent"
    assert page.xpath("//*[@class='hl-bubbles__day']//time/@datetime") == ["2026-05-18", "2026-05-29"]


def test_how_to_stop_stands_out_in_every_text_and_under_them(client: Client) -> None:
    page = parsed(client.get("/outbox").text)
    loud = page.xpath("//li[contains(@class, 'hl-bubble--office')]//strong/text()")
    assert loud == ["YES", "STOP", "HELP", "STOP", "HELP", "STOP", "HELP"]
    assert "STOP ends all texts at once." in words(client, "/outbox")


def test_another_phone_can_be_chosen(client: Client) -> None:
    text = words(client, f"/outbox?contact={THREADS[1].contact}")
    assert "Spanish" in text
    assert "Said no to texts" in text
    assert "The family wrote: Said stop 5:05 AM · words sealed" in text
    page = parsed(client.get(f"/outbox?contact={THREADS[1].contact}").text)
    assert page.xpath("//a[@aria-current='true']/@href") == [f"/outbox?contact={THREADS[1].contact}"]


def test_a_phone_that_nobody_registered_is_not_found(client: Client) -> None:
    assert client.get("/outbox?contact=c-0000").status_code == 404
    assert client.get("/outbox?contact=4135550123").status_code == 400


def test_held_offers_are_told_with_their_reasons(client: Client) -> None:
    text = words(client, "/outbox")
    assert "6 offers sent in the newest night" in text
    assert "35 held" in text
    assert "30 Nobody of the household signed up for texts NO_CONTACT" in text


def test_an_empty_outbox_says_how_it_is_filled() -> None:
    with opened(replace(example(), outbox=lambda _: OutboxView(threads=(), held=()))) as client:
        assert "No text has been sent yet" in words(client, "/outbox")


def test_the_way_of_a_text_goes_from_its_words_to_the_signatures(client: Client) -> None:
    page = parsed(client.get(f"/messages/{OFFER}").text)
    assert [heading.text for heading in page.xpath("//h2")] == [
        "The text",
        "It was cleared",
        "The family had said yes",
        "There was something to offer help for",
        "Each look had leave",
        "Agencies had signed for it",
        "The ledger holds all of it",
    ]
    text = " ".join(page.text_content().split())
    assert "Signed up: the first yes, on a form, on 17 May 2026." in text
    assert "Proof: delivery d-51c0, row 4021 · wording signup-3-en · ledger entry 1,566" in text
    assert "Said yes again: the second yes, by text, on 18 May 2026." in text
    assert "ledger entry 2,467, the family’s yes" in text
    assert "Delivery d-17c0d9be3f1a44e2a8d65b90cf3e1427" in text
    assert "Ines Carvalho, data steward (owner), 12 January 2026" in text
    assert "9,983 The text left message.sent" in text


def test_a_reply_has_neither_task_nor_yes_and_what_is_missing_is_said(client: Client) -> None:
    text = words(client, f"/messages/{REPLY}")
    assert "Something is missing the ledger's clearance.redeemed" in text
    assert "this answers what the family had just texted" in text
    assert "There was something to offer help for" not in text


def test_a_text_that_was_never_sent_is_not_found(client: Client) -> None:
    assert client.get("/messages/m-unknown").status_code == 404
    assert client.get("/messages/x").status_code == 400


def test_a_household_page_says_where_texts_stand(client: Client) -> None:
    text = words(client, f"/households/{FIRST}")
    assert "Texts Agreed to texts 17 May 2026: Signed up: the first yes, on a form (ledger entry 1,566)" in text
    page = parsed(client.get(f"/households/{FIRST}").text)
    assert page.xpath("//a[.='See it as the phone shows it']/@href") == [f"/outbox?contact={CONTACT}"]


def test_a_household_that_said_nothing_is_not_texted() -> None:
    silent = replace(example().household(FIRST), texts=(), said=(), consent="none", contact=None)
    with opened(replace(example(), household=lambda _: silent)) as client:
        text = words(client, f"/households/{FIRST}")
    assert "Not asked yet Nobody of this household has said anything about texts." in text
