"""The pages in a real browser, over a real socket: with scripts and without, wide and narrow."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from console.app import create
from console.server import LOOPBACK, config
from tests.console.example import FIRST, example
from tests.console.example_text import OFFER, THREADS

CHROMIUM = Path("/usr/bin/chromium")
PATHS = (
    "/",
    "/queue",
    f"/households/{FIRST}",
    "/outbox",
    f"/outbox?contact={THREADS[1].contact}",
    f"/messages/{OFFER}",
    "/alerts",
    "/uses",
    "/model",
    "/ledger",
)

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: NO BROWSER TEST WAS RUN")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium: NO BROWSER TEST WAS RUN")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = uvicorn.Server(config(create(example()), port=0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    assert host == LOOPBACK == "127.0.0.1"
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=[1280, 390], ids=["wide", "narrow"])
def page(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("response", lambda answer: answer.status < 400 or page.complaints.append(f"{answer.status} {answer.url}"))
    yield page
    page.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_loads_whole_and_fits_the_screen(page: Any, address: str, path: str) -> None:
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert page.complaints == []
    assert page.locator("h1").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.fonts.check('16px \"Source Sans Pro Web\"')")


@pytest.mark.parametrize("path", ["/", "/ledger"])
def test_the_ledger_is_checked_without_leaving_the_page(page: Any, address: str, path: str) -> None:
    page.goto(address + path)
    page.get_by_role("button", name="Verify the ledger").click()
    page.get_by_role("status").get_by_text("The ledger holds").wait_for()
    assert page.url == address + path
    assert page.evaluate("document.activeElement.textContent.trim()") == "Verify the ledger"
    assert page.complaints == []


def test_a_worker_finds_the_facts_with_the_keyboard_alone(page: Any, address: str) -> None:
    page.goto(f"{address}/queue")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(3):  # the worker's list, its button, the first family
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/households/{FIRST}")
    assert page.get_by_role("heading", level=1).inner_text() == "Why this family is on the list"


def test_the_list_is_filtered_by_worker(page: Any, address: str) -> None:
    page.goto(f"{address}/queue")
    page.get_by_label("Whose list").select_option("worker-3")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"{address}/queue?worker=worker-3")
    assert page.locator(".hl-task").count() == 2


def test_counts_can_be_put_in_order(page: Any, address: str) -> None:
    page.goto(f"{address}/alerts")
    page.locator("th", has_text="Households").get_by_role("button").click()
    assert page.locator("tbody td").first.inner_text() == "fewer than 11"
    assert page.complaints == []


def test_everything_works_without_a_script(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="Ledger", exact=True).click()
    page.get_by_role("button", name="Verify the ledger").click()
    page.wait_for_url(f"{address}/ledger#verification")
    assert page.get_by_role("status").get_by_text("The ledger holds").is_visible()
    context.close()


def test_the_console_cannot_be_framed_or_told_to_run_a_script(page: Any, address: str) -> None:
    page.goto(address)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.broken = true\">')")
    page.wait_for_function("performance.now() > 200")
    assert page.evaluate("window.broken") is None


def test_a_newcomer_comes_from_the_first_page_to_why_a_text_was_sent(page: Any, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="texts sent").click()
    page.get_by_role("link", name="why this text was sent").click()
    page.wait_for_url(f"{address}/messages/{OFFER}")
    assert page.get_by_role("heading", name="Agencies had signed for it").is_visible()
    assert page.complaints == []


def test_the_timeline_is_as_wide_as_the_screen_lets_it_and_is_a_table_too(page: Any, address: str) -> None:
    page.goto(f"{address}/households/{FIRST}")
    picture = page.get_by_role("img", name="Timeline of this household")
    frame = page.locator(".hl-timeline")
    assert picture.bounding_box()["width"] > 0.85 * frame.bounding_box()["width"]
    assert picture.locator("text").first.evaluate("word => parseFloat(getComputedStyle(word).fontSize)") >= 12
    page.get_by_text("The same as a table").click()
    assert page.get_by_role("row", name="Hearing trial").is_visible()
