"""What the pages say, how they are built, and what protects them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from console.app import create
from console.view import AlertCounts, Pages, QueueView, UsesByPurpose
from governance.errors import Misconfigured, NotActive, Reason, Refused
from governance.ids import HouseholdId
from tests.console.example import DAY, FIRST, example, queue
from tests.console.example_text import OFFER, REPLY
from tests.console.look import HERE, Client, opened, parsed, words

PAGES = (
    "/",
    "/queue",
    f"/households/{FIRST}",
    "/outbox",
    f"/messages/{OFFER}",
    f"/messages/{REPLY}",
    "/alerts",
    "/uses",
    "/model",
    "/ledger",
    "/nowhere",
)


@pytest.fixture
def client() -> Iterator[Client]:
    with opened(example()) as client:
        yield client


def failing(error: Exception) -> Pages:
    def fail(*_: object) -> Any:
        raise error

    return replace(example(), queue=fail, household=fail, verify=fail)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_built_to_be_read_by_anybody(client: Client, path: str) -> None:
    page = parsed(client.get(path).text)
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//title")[0].text.endswith("– Hearthline")
    assert [len(page.xpath(f"//{mark}")) for mark in ("header", "main", "footer")] == [1, 1, 1]
    first = page.xpath("//body//a")[0]
    assert (first.get("href"), first.text) == ("#main", "Skip to main content")
    assert page.xpath("//main[@id='main']")
    assert all(table.xpath("./caption") for table in page.xpath("//table"))
    assert all(head.get("scope") for head in page.xpath("//th"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4")]
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_but_our_own_files_and_runs_nothing_inline(client: Client, path: str) -> None:
    page = parsed(client.get(path).text)
    assert page.xpath("//style | //script[not(@src)] | //@style") == []
    assert [name for name in page.xpath("//@*/..") for name in name.keys() if name.startswith("on")] == []  # noqa: SIM118
    for address in page.xpath("//script/@src | //link/@href | //img/@src"):
        assert address.startswith("/static/")
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/health", "/static/hearthline/console.css"])
def test_every_answer_carries_its_defence(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == ("max-age=3600" if path.startswith("/static/") else "no-store")


@pytest.mark.parametrize("host", ["hearthline.example", "127.0.0.1.hearthline.example", "localhost:x", "10.0.0.1", ""])
def test_a_name_that_is_not_ours_is_not_answered(client: Client, host: str) -> None:
    for path in ("/", f"/households/{FIRST}", "/uses"):
        assert client.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:8000"])
def test_a_name_that_is_ours_is_answered(client: Client, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


def test_the_queue_gives_reasons_before_anything_else(client: Client) -> None:
    text = words(client, "/queue")
    assert "Legal deadline 2 A court or an authority has set a day." in text
    assert text.index("A hearing in a non-payment case") < text.index("14 unexcused absences in 90 days.")
    assert text.index("One More Month Fund") < text.index("An eviction judgment was entered")
    assert "Reach by 2 Jun Tuesday in 4 days" in text
    assert "23 more have a reason" in text
    assert "Deadlines first, then who the model expects to need help most; no score is shown." in text
    assert "score" not in text.lower().replace("no score is shown", "")
    assert "risk" not in text.lower()


def test_the_queue_can_be_one_workers_own(client: Client) -> None:
    page = parsed(client.get("/queue?worker=worker-2").text)
    assert [dd.text for dd in page.xpath("//li[contains(@class, 'hl-task')]//dd[1]")][::2] == ["worker-2"] * 2
    assert page.xpath("//option[@selected]/@value") == ["worker-2"]


def test_the_queue_says_where_texts_stand_in_plain_words(client: Client) -> None:
    page = parsed(client.get("/queue").text)
    said = [" ".join(each.text_content().split()) for each in page.xpath("//dt[.='Texts']/following-sibling::dd")]
    assert said[:4] == [
        "Agreed to texts Texted on 29 May",
        "Not asked yet",
        "Asked, not yet agreed",
        "Said no to texts",
    ]
    assert said[4] == "Agreed to texts No text went out yet"


@pytest.mark.parametrize(("old", "new"), [("/?worker=", "/queue"), ("/?worker=worker-2", "/queue?worker=worker-2")])
def test_the_queues_old_address_leads_to_it(client: Client, old: str, new: str) -> None:
    answer = client.get(old, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, new)


def test_everyone_is_the_empty_choice(client: Client) -> None:
    assert client.get("/queue?worker=").text == client.get("/queue").text


@pytest.mark.parametrize("worker", ["a b", "<script>", "x" * 65])
def test_a_worker_that_is_no_staff_id_is_a_bad_request(client: Client, worker: str) -> None:
    answer = client.get("/queue", params={"worker": worker})
    assert answer.status_code == 400
    assert worker not in answer.text


def test_an_old_list_says_that_it_is_old() -> None:
    old = replace(queue(None), today=DAY + timedelta(days=40))
    with opened(replace(example(), queue=lambda worker: old)) as client:
        assert "looking from 29 May 2026, 40 days ago" in words(client, "/queue")


def test_a_list_with_reasons_withheld_says_why() -> None:
    held = replace(queue(None), withheld=2, refusals=("hmis.enrollment: NOT_ACTIVE: suspended.",))
    with opened(replace(example(), queue=lambda worker: held)) as client:
        text = words(client, "/queue")
    assert "2 tasks are not shown" in text
    assert "hmis.enrollment: NOT_ACTIVE: suspended." in text


def test_pages_before_the_first_night_say_what_to_do() -> None:
    none = QueueView(tasks=(), worker=None, workers=("worker-1",), as_of=None, today=DAY)
    pages = replace(
        example(),
        queue=lambda worker: none,
        alert_counts=lambda: AlertCounts(as_of=None, counts=()),
        uses_by_purpose=lambda: UsesByPurpose(purposes=(), entries=0),
    )
    with opened(pages) as client:
        assert "hearthline nightly" in words(client, "/queue")
        assert "No night has been run yet" in words(client, "/alerts")
        assert "Nothing has been asked for yet" in words(client, "/uses")


def test_a_day_without_tasks_is_good_news() -> None:
    empty = replace(queue(None), tasks=())
    with opened(replace(example(), queue=lambda worker: empty)) as client:
        assert "Nobody is waiting" in words(client, "/queue")


def test_a_household_page_shows_the_whole_way_of_every_fact(client: Client) -> None:
    page = parsed(client.get(f"/households/{FIRST}").text)
    reason = page.xpath("//article")[1]
    assert [" ".join(each.text_content().split()) for each in reason.xpath(".//summary")] == [
        "The 11 facts from edfi.attendance",
        "Why you can see this",
    ]
    (way,) = reason.xpath(".//ul[@class='hl-ways']/li")
    assert " ".join(way.text_content().split()) == (
        "Agreement DULA-2026-001 lets edfi.attendance be used for this list. Grant g-1f0d3a7b92c45e8116d0c2b4 opened "
        "these facts, and the ledger holds it. They came in delivery d-17c0d9be3f1a44e2a8d65b90cf3e1427."
    )
    (table,) = reason.xpath(".//table")
    assert [th.text for th in table.xpath(".//thead//th")] == [
        "Counts towards",
        "Value",
        "Happened on",
        "Known on",
        "Row",
    ]
    row = [" ".join(cell.text_content().split()) for cell in table.xpath(".//tbody/tr[1]/*")]
    assert row == ["unexcused absences (90 days)", "1 event", "28 May 2026", "29 May 2026", "4,021"]


def test_a_household_page_says_what_helps_and_what_happened(client: Client) -> None:
    page = parsed(client.get(f"/households/{FIRST}").text)
    text = " ".join(page.text_content().split())
    assert "4 June 2026 (to come)" in text
    assert "Nobody is enrolled by being on a list" in text
    assert "(617) 555-0166" in text
    assert page.xpath("//a[starts-with(@href, 'tel:')]/@href")[0] == "tel:+16175550166"
    assert "27 May 2026: Put on the list" in text


def test_what_the_model_adds_comes_after_the_reasons_and_without_a_number(client: Client) -> None:
    page = parsed(client.get(f"/households/{FIRST}").text)
    heads = [heading.text for heading in page.xpath("//h2")]
    assert heads.index("2 reasons") < heads.index("What the model adds") < heads.index("How it came to this")
    said = [" ".join(each.text_content().split()) for each in page.xpath("//*[@class='hl-weight']")]
    assert said == ["Pushes up", "Pushes down"]
    assert page.xpath("//*[@class='hl-weight']//rect[2]/@width") == ["120.0", "42.0"]


def test_a_family_that_only_the_model_speaks_of_is_said_so() -> None:
    view = example().household(FIRST)
    alone = replace(view, reasons=view.by_model, tier=4)
    with opened(replace(example(), household=lambda _: alone)) as client:
        text = words(client, f"/households/{FIRST}")
    assert "No rule speaks of this family" in text
    assert "Foreseen" in text


def test_a_household_without_a_task_is_not_found(client: Client) -> None:
    answer = client.get("/households/hh-unknown")
    assert answer.status_code == 404
    assert "HOUSEHOLD_UNKNOWN" in answer.text


@pytest.mark.parametrize("id", ["p-3f9c21d07ab84e65", "hh-a%20b", "hh-" + "a" * 80])
def test_what_is_no_household_is_a_bad_request(client: Client, id: str) -> None:
    assert client.get(f"/households/{id}").status_code == 400


def test_what_stands_in_a_view_is_text_and_never_markup() -> None:
    view = queue(None)
    odd = replace(view, tasks=(replace(view.tasks[0], reasons=("<script>alert(1)</script>",)),))
    with opened(replace(example(), queue=lambda worker: odd)) as client:
        answer = client.get("/queue").text
    assert "<script>alert(1)" not in answer
    assert "&lt;script&gt;alert(1)" in answer


def test_small_counts_are_not_shown_as_numbers(client: Client) -> None:
    page = parsed(client.get("/alerts").text)
    cells = page.xpath("//tbody//td")
    assert [cell.text for cell in cells] == ["412", "61", "37", "19", "fewer than 11"]
    assert cells[-1].get("data-sort-value") == "0"
    assert page.xpath("//tbody//rect/@width")[-1] == "0.0%"


def test_a_family_with_many_reasons_shows_three_and_folds_the_rest() -> None:
    view = queue(None)
    many = replace(view, tasks=(replace(view.tasks[0], reasons=("One.", "Two.", "Three.", "Four.", "Five.")),))
    with opened(replace(example(), queue=lambda worker: many)) as client:
        page = parsed(client.get("/queue").text)
    (more,) = page.xpath("//details")
    assert more.xpath("string(summary)") == "2 more reasons"
    assert [li.text for li in more.xpath(".//li")] == ["Four.", "Five."]


def test_a_text_that_was_not_cleared_is_told_without_saying_to_whom(client: Client) -> None:
    text = words(client, "/uses")
    assert "An offer of help did not go out. CONSENT_REVOKED Said no" in text
    assert text.index("Newest refusals") < text.index("Newest texts that were not cleared")


def test_uses_are_listed_with_every_refusing_clause_in_words(client: Client) -> None:
    text = words(client, "/uses")
    assert "prevention.outreach 180 permitted, 5 refused" in text
    assert "FIELD_NOT_LISTED × 2 A field outside the agreement's list" in text
    assert "immigration_enforcement 0 permitted, 1 refused" in text


def test_the_newest_refusals_are_told_one_by_one(client: Client) -> None:
    text = words(client, "/uses")
    assert "29 May 2026, 10:02 AM ledger entry 1,201" in text
    assert (
        "visitor-3 (investigator) asked to show reasons to a worker with docket.filings for immigration_enforcement. "
        "MOU_PROHIBITED The memorandum's floor bans the purpose or the action, whatever the agreement lists."
    ) in text
    assert "diagnosis is not listed. datasets.fields" in text


def test_what_waits_for_a_review_is_told_with_whom_it_is_about(client: Client) -> None:
    text = words(client, "/uses")
    assert "28 May 2026, 7:40 PM ledger entry 1,190 Looks outside office hours: worker-3 4 looks" in text
    with opened(replace(example(), findings=lambda: ())) as quiet:
        assert "Nothing waits for a review." in words(quiet, "/uses")


def test_no_refusal_is_said_too() -> None:
    with opened(replace(example(), refusals=lambda: ())) as client:
        assert "Nothing has been refused." in words(client, "/uses")


def test_the_ledger_page_shows_the_signed_note(client: Client) -> None:
    page = parsed(client.get("/ledger").text)
    assert page.xpath("//pre")[0].text.startswith("hearthline.example/ledger\n1204\n")
    (region,) = page.xpath("//*[@aria-live]")
    assert (region.get("id"), region.text_content().strip()) == ("verification", "")


def test_checking_the_ledger_works_without_a_script(client: Client) -> None:
    answer = client.post("/ledger/verify", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ledger#verification")
    assert "All 1,204 entries are in their place" in words(client, "/ledger")


def test_checking_the_ledger_with_htmx_answers_with_a_part_of_the_page(client: Client) -> None:
    answer = client.post("/ledger/verify", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "The ledger holds" in answer.text
    assert "<html" not in answer.text


def test_a_ledger_that_does_not_hold_is_said_so_plainly() -> None:
    with opened(example(broken=True)) as client:
        answer = client.post("/ledger/verify", headers={"HX-Request": "true"}).text
    assert "The ledger does not hold" in answer
    assert "Entry 17" in answer


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_on_another_page_cannot_start_a_check(client: Client, site: str) -> None:
    assert client.post("/ledger/verify", headers={"sec-fetch-site": site}).status_code == 403
    assert "The ledger holds" not in client.get("/ledger").text


def test_a_check_is_not_a_page_to_be_visited(client: Client) -> None:
    assert client.get("/ledger/verify").status_code == 405


def test_health_answers_a_program(client: Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_a_refusal_is_a_page_for_a_person_and_a_problem_for_a_program() -> None:
    reasons = (
        Reason(code="NOT_ACTIVE", clause="status", detail="DULA-2026-001 is suspended."),
        Reason(code="ROLE_NOT_LISTED", clause="users.roles", detail="caseworker is not among the users."),
    )
    with opened(failing(NotActive("DULA-2026-001 is suspended.", reasons=reasons))) as client:
        page = client.get("/queue")
        problem = client.get("/queue", headers={"accept": "application/json"})
        part = client.post("/ledger/verify", headers={"HX-Request": "true"})
    assert (page.status_code, problem.status_code, part.status_code) == (403, 403, 403)
    assert page.headers["content-type"].startswith("text/html")
    assert "caseworker is not among the users." in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    body = problem.json()
    assert body["type"] == "urn:hearthline:error:NOT_ACTIVE"
    assert body["status"] == 403
    assert [reason["code"] for reason in body["reasons"]] == ["NOT_ACTIVE", "ROLE_NOT_LISTED"]
    assert "<html" not in part.text


def test_an_error_that_is_not_ours_is_never_repeated() -> None:
    with TestClient(create(failing(KeyError("Jane Roe"))), base_url=HERE, raise_server_exceptions=False) as client:
        for accept in ("text/html", "application/json"):
            answer = client.get("/queue", headers={"accept": accept})
            assert answer.status_code == 500
            assert "Roe" not in answer.text
            assert "KeyError" not in answer.text


def test_a_refusal_reaches_the_page_of_a_household_too() -> None:
    def refuse(_: HouseholdId) -> Any:
        raise Refused("No.")

    with opened(replace(example(), household=refuse)) as client:
        assert client.get(f"/households/{FIRST}").status_code == 403


def test_what_works_in_a_moment_says_when() -> None:
    class Waiting(Misconfigured):
        retryable = True

    with opened(failing(Waiting("Another process holds it."))) as client:
        assert client.get("/queue").headers["retry-after"] == "5"
