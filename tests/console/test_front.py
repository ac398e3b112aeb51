"""The first page tells the whole night, and leads on from each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.view import FrontView
from tests.console.example import DAY, FIRST, example, front, head
from tests.console.look import Client, opened, parsed, words


@pytest.fixture
def client() -> Iterator[Client]:
    with opened(example()) as client:
        yield client


def test_the_chain_has_tonights_numbers_in_their_order(client: Client) -> None:
    page = parsed(client.get("/").text)
    steps = page.xpath("//ol[@class='hl-steps']/li")
    told = [(step.xpath("string(.//p)"), step.xpath("string(.//h3)")) for step in steps]
    assert told == [
        ("79,102", "rows delivered"),
        ("2,049", "households found"),
        ("444", "households with a reason"),
        ("40", "tasks handed out"),
        ("6", "texts sent"),
        ("6", "uses refused"),
        ("1,204", "ledger entries"),
    ]
    assert "78,383 rows were checked, kept and sealed; 226 broke their contract" in words(client, "/")


def test_every_step_leads_to_a_page_that_is_there(client: Client) -> None:
    page = parsed(client.get("/").text)
    for address in page.xpath("//ol[@class='hl-steps']//a/@href"):
        path, _, place = address.partition("#")
        answer = client.get(path or "/")
        assert answer.status_code == 200
        assert not place or parsed(answer.text).xpath(f"//*[@id='{place}']")


def test_the_most_urgent_come_with_their_first_reason_only(client: Client) -> None:
    page = parsed(client.get("/").text)
    rows = page.xpath("//ol[@class='hl-urgent']/li")
    assert len(rows) == 5
    assert rows[0].xpath(".//a/@href") == [f"/households/{FIRST}"]
    second = " ".join(rows[1].text_content().split())
    assert "An eviction judgment was entered" in second
    assert "1 more reason" in second
    assert "unexcused" not in second


def test_invented_people_are_said_to_be_invented_and_on_which_day(client: Client) -> None:
    assert "Everybody here is invented." in words(client, "/")
    assert "plays on Friday, 29 May 2026" in words(client, "/")
    assert "Invented people" in words(client, "/ledger")
    with opened(replace(example(), invented=False)) as real:
        assert all("nvented" not in words(real, path) for path in ("/", "/queue", "/outbox"))


def test_what_the_check_found_is_told_in_the_chain(client: Client) -> None:
    assert "Check it below." in words(client, "/")
    client.post("/ledger/verify", headers={"HX-Request": "true"})
    assert "It was checked, and it holds." in words(client, "/")


def test_a_ledger_that_does_not_hold_is_told_in_the_chain() -> None:
    with opened(example(broken=True)) as client:
        client.post("/ledger/verify", headers={"HX-Request": "true"})
        assert "It was checked, and it does not hold." in words(client, "/")


def test_before_the_first_night_the_page_says_what_to_do() -> None:
    view = FrontView(as_of=None, today=DAY, ledger=head())
    with opened(replace(example(), front=lambda: view)) as client:
        text = words(client, "/")
    assert "hearthline nightly" in text
    assert "rows delivered" not in text


def test_a_night_with_little_to_tell_is_told_too() -> None:
    quiet = replace(
        front(), urgent=(), thread=None, feeds=(), foreseen=0, waiting=0, refused=0, lift=None, signed_up=0, sent=1
    )
    with opened(replace(example(), front=lambda: quiet)) as client:
        text = words(client, "/")
    assert "There is no open task." in text
    assert "Nothing was asked for that an agreement does not allow." in text
    assert "text sent" in text
