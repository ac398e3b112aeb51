"""A data steward's pages about links: for nobody else, built to be read by anybody, decided by a plain form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.view import LinkFact, LinkPages, LinkRow, LinkStep, LinkView
from governance.errors import Misconfigured
from tests.console.example import example
from tests.console.look import Client, opened, parsed, words

ROW = LinkRow(
    id="r-1",
    state="open",
    source="wrong_match",
    why="Other identifiers contradict.",
    between=("edfi.student, DULA-2026-001", "hmis, DULA-2026-002"),
    probability=0.734,
    weight=12.5,
    reasons=(("same <first> name", 9.1), ("birth dates differ", -5.6)),
)
FACTS = (
    LinkFact(name="First name", left="Ana & Eva", right="Ana", alike="same"),
    LinkFact(name="Social security number", left="219-55-1234", right="219-55-4321", alike="differs"),
)
STEP = LinkStep(at=datetime(2026, 8, 3, 14, 0, tzinfo=UTC), state="open", by="hearthline", reason="")


class Desk:
    """What the pages call, and what they called it with."""

    def __init__(self, *, differ: bool = False) -> None:
        self.decided: list[tuple[str, dict[str, str]]] = []
        self.view = LinkView(row=ROW, heads=("Pupil", "Client"), facts=FACTS, history=(STEP,), numbers_differ=differ)

    def show(self, id: str) -> LinkView:
        if id != ROW.id:
            raise Misconfigured("There is no such review.", "See the list.", code="LINK_REVIEW_UNKNOWN")
        return self.view

    def decide(self, id: str, fields: Mapping[str, str]) -> None:
        if not fields.get("reason"):
            raise Misconfigured("A decision needs a reason.", "Say why.", code="REASON_NEEDED")
        self.decided.append((id, dict(fields)))

    def pages(self, *rows: LinkRow) -> LinkPages:
        return LinkPages(steward="steward-7", waiting=lambda: rows, show=self.show, decide=self.decide)


@pytest.fixture
def desk() -> Desk:
    return Desk(differ=True)


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    with opened(replace(example(), links=desk.pages(ROW))) as client:
        yield client


@pytest.mark.parametrize("path", ["/links", "/links/r-1"])
def test_a_page_is_built_to_be_read_by_anybody(client: Client, path: str) -> None:
    page = parsed(client.get(path).text)
    assert len(page.xpath("//h1")) == 1
    assert all(table.xpath("./caption") for table in page.xpath("//table"))
    named = {label.get("for") for label in page.xpath("//label")}
    assert {field.get("id") for field in page.xpath("//main//textarea | //main//input")} <= named
    assert not page.xpath("//main//*[@style or @onclick]")
    current = page.xpath("//nav//a[@aria-current='page']")
    assert [link.get("href") for link in current] == ["/links"]


def test_the_queue_says_why_and_who_asks_and_what_is_written_is_escaped(client: Client) -> None:
    said = words(client, "/links")
    assert "A caseworker met another family." in said
    assert "0.73" in said
    assert "same <first> name (+9.1)" in said
    assert "birth dates differ (-5.6)" in said
    assert "steward-7" in said


def test_both_sides_stand_beside_each_other(client: Client) -> None:
    said = words(client, "/links/r-1")
    assert "Ana & Eva" in said
    assert "219-55-4321" in said
    assert "differs" in said


def test_a_decision_is_a_plain_form_and_leads_back_to_the_queue(client: Client, desk: Desk) -> None:
    form = parsed(client.get("/links/r-1").text).xpath("//main//form")[0]
    assert (form.get("method"), form.get("action")) == ("post", "/links/r-1/decision")
    assert [button.get("value") for button in form.xpath(".//button")] == ["accepted", "rejected", "unsure"]
    sent = {"state": "accepted", "reason": "Both papers.", "despite_numbers": "yes"}
    answer = client.post("/links/r-1/decision", data=sent, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/links")
    assert desk.decided == [("r-1", sent)]


def test_only_where_numbers_differ_a_word_more_is_asked_for() -> None:
    for differ in (True, False):
        with opened(replace(example(), links=Desk(differ=differ).pages(ROW))) as client:
            assert bool(parsed(client.get("/links/r-1").text).xpath("//input[@name='despite_numbers']")) is differ


def test_a_form_on_another_site_decides_nothing(client: Client, desk: Desk) -> None:
    answer = client.post(
        "/links/r-1/decision", data={"state": "accepted", "reason": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert desk.decided == []


def test_what_is_wrong_with_a_form_is_said(client: Client, desk: Desk) -> None:
    answer = client.post("/links/r-1/decision", data={"state": "accepted", "reason": ""})
    assert answer.status_code == 409
    assert "needs a reason" in answer.text
    assert client.get("/links/r-2").status_code == 404
    assert client.post("/links/r-1/decision", content=b"x" * 10_000).status_code == 413
    assert desk.decided == []


def test_without_a_steward_nobody_looks_and_the_page_says_how_to_come_to_it() -> None:
    with opened(example()) as client:
        assert "hearthline serve --steward" in words(client, "/links")
        assert client.get("/links/r-1").status_code == 404
        assert client.post("/links/r-1/decision", data={"state": "accepted", "reason": "x"}).status_code == 404
        assert not parsed(client.get("/queue").text).xpath("//nav//a[@href='/links']")


def test_an_empty_queue_is_said_to_be_empty(desk: Desk) -> None:
    with opened(replace(example(), links=desk.pages())) as client:
        assert "Nothing waits for you" in words(client, "/links")
