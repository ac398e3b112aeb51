"""Reviews of links as a data steward and a caseworker meet them: the command line, the ledger, alerts and offers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from alerts.queue import queue
from flows.bootstrap import Services
from flows.cli.handler import run
from flows.intaking import linker_of
from flows.link_desk import LinkDesk, doubt_household
from flows.night import run_night
from flows.reaching import offers
from flows.serving import pages
from governance.database import reading
from governance.errors import Misconfigured, MoveNotYours
from governance.ids import HouseholdId
from signals.linkage.review_table import State
from tests.console.look import opened, words
from tests.flows import homes

Capture = pytest.CaptureFixture[str]
STEWARD = "data-steward"


@pytest.fixture(scope="module")
def after(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after one night; not to be changed."""
    home = tmp_path_factory.mktemp("after") / "home"
    house = homes.copy(made, home)
    run_night(house, homes.UNTIL)
    house.engine.dispose()
    house.ledger_engine.dispose()
    return home


@pytest.fixture
def house(after: Path, tmp_path: Path) -> Services:
    return homes.copy(after, tmp_path / "home")


def said(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(["link", "review", *words, "--home", str(house.settings.home), "--json"]) == code
    printed = capsys.readouterr().out
    return json.loads(printed) if printed else {}


def ledger_of(house: Services) -> str:
    return str([(entry.kind, entry.topic, entry.body) for entry in house.ledger.entries()])


def linked_homes(house: Services) -> dict[str, str]:
    linked = linker_of(house).persons()
    both = linked.persons.join(linked.households, on="person")
    return dict(both.select("person_key", "household").iter_rows())


def with_links(house: Services) -> HouseholdId:
    """A household with an open task, of which links between agencies hold the persons together."""
    linked = linker_of(house).persons()
    homes_of = dict(linked.persons.join(linked.households, on="person").select("person_key", "household").iter_rows())
    joined = {homes_of[key] for key in linked.edges["left"]}
    with reading(house.engine) as connection:
        return next(each.household for each in queue(connection) if each.household in joined)


def test_the_queue_lists_pairs_and_says_nothing_of_who_is_meant(house: Services, capsys: Capture) -> None:
    found = said(house, capsys, "list")["reviews"]
    assert found
    assert {each["state"] for each in found} == {"open"}
    assert all(0 < each["probability"] <= 1 and each["reasons"] for each in found)
    chances = [each["probability"] for each in found]
    assert chances == sorted(chances, reverse=True)
    keys = set(linked_homes(house))
    assert not any(key in json.dumps(found) for key in keys)


def test_a_pair_is_shown_side_by_side_to_a_steward_and_the_look_is_a_use(house: Services, capsys: Capture) -> None:
    one = said(house, capsys, "list")["reviews"][0]
    before = house.ledger.size()
    shown = said(house, capsys, "show", one["id"])
    assert shown["left"]["records"] and shown["right"]["records"]
    assert "same" in shown["alike"].values()
    issued = [entry for entry in house.ledger.entries(kind="grant.issued") if entry.index >= before]
    assert {(entry.body["actor"], entry.body["role"], entry.body["action"]) for entry in issued} == {
        (STEWARD, "data_steward", "match")
    }
    assert all(entry.body.get("subjects") for entry in issued)
    assert {entry.body["agreement"] for entry in issued} >= {one["left"]["agreement"], one["right"]["agreement"]}
    told = house.subjects.households_of({str(entry.body["subjects"]) for entry in issued})
    assert {home for each in told.values() for home in each} == {
        linked_homes(house)[shown[side]["person"]] for side in ("left", "right")
    }


def test_the_table_shows_both_sides_for_people(house: Services, capsys: Capture) -> None:
    one = said(house, capsys, "list")["reviews"][0]
    shown = said(house, capsys, "show", one["id"])
    assert run(["link", "review", "show", one["id"], "--home", str(house.settings.home)]) == 0
    printed = capsys.readouterr().out
    assert shown["left"]["records"][0]["first_name"] in printed
    assert all(each["what"] in printed for each in one["reasons"])
    assert run(["link", "review", "list", "--home", str(house.settings.home)]) == 0
    assert one["id"] in capsys.readouterr().out


def test_nobody_but_a_data_steward_looks_or_decides_and_the_try_is_in_the_ledger(
    house: Services, capsys: Capture
) -> None:
    one = said(house, capsys, "list")["reviews"][0]["id"]
    for command in (["list"], ["show", one], ["accept", one, "--reason", "x"]):
        said(house, capsys, *command, "--by", "worker-1", code=3)
    tried = [entry for entry in house.ledger.entries(kind="use.refused") if entry.topic == "link reviews"]
    assert [entry.body["actor"] for entry in tried] == ["worker-1"] * 3
    with pytest.raises(MoveNotYours):
        LinkDesk(house, "privacy-officer")


@pytest.mark.parametrize(("move", "together"), [("accept", True), ("reject", False)])
def test_a_decision_is_in_the_ledger_without_anybodys_name_and_binds_every_run(
    house: Services, capsys: Capture, move: str, *, together: bool
) -> None:
    one = next(each for each in said(house, capsys, "list")["reviews"] if each["why"] == "contradict")
    shown = said(house, capsys, "show", one["id"])
    decided = said(house, capsys, move, one["id"], "--reason", "Both papers lay before me.")
    assert decided["state"] == f"{move}ed"
    (entry,) = house.ledger.entries(kind="link.reviewed")
    assert entry.body["by"] == STEWARD
    for side in ("left", "right"):
        records = shown[side]["records"]
        values = {str(record[name]) for record in records for name in ("last_name", "phone") if record.get(name)}
        assert not any(value in ledger_of(house) for value in {shown[side]["person"], *values, "Both papers"})
    for _ in range(2):
        linker_of(house).link()
        people = linker_of(house).persons().persons
        both = people.filter(people["person_key"].is_in([shown["left"]["person"], shown["right"]["person"]]))
        assert (both["person"].n_unique() == 1) is together
    after = said(house, capsys, "show", one["id"])["history"]
    assert [(step["state"], step["reason"]) for step in after] == [
        ("open", ""),
        (f"{move}ed", "Both papers lay before me."),
    ]
    assert one["id"] not in {each["id"] for each in said(house, capsys, "list")["reviews"]}
    assert one["id"] in {each["id"] for each in said(house, capsys, "list", "--state", f"{move}ed")["reviews"]}


def test_a_decision_without_a_reason_is_none(house: Services, capsys: Capture) -> None:
    one = said(house, capsys, "list")["reviews"][0]["id"]
    said(house, capsys, "reject", one, "--reason", " ", code=1)
    assert not list(house.ledger.entries(kind="link.reviewed"))


def test_who_is_unsure_leaves_the_pair_in_the_queue(house: Services, capsys: Capture) -> None:
    one = said(house, capsys, "list")["reviews"][0]["id"]
    said(house, capsys, "unsure", one, "--reason", "Neither agency answers.")
    linker_of(house).link()
    assert {each["id"]: each["state"] for each in said(house, capsys, "list")["reviews"]}[one] == "unsure"


def test_a_doubted_household_gets_no_offer_at_once_and_no_alert_from_the_next_night_on(
    house: Services, capsys: Capture
) -> None:
    home = with_links(house)
    assert home in {each.household for each in offers(house)}
    made = said(house, capsys, "doubt", home)["reviews"]
    assert made
    assert home not in {each.household for each in offers(house)}
    (entry,) = house.ledger.entries(kind="link.doubted")
    assert (entry.body["by"], entry.body["links"]) == ("worker-1", len(made))
    assert home not in str(entry.body)
    linker_of(house).link()
    report = run_night(house, homes.UNTIL.replace(day=30))
    assert report.ran
    with reading(house.engine) as connection:
        assert home not in {each.household for each in queue(connection)}
    first = said(house, capsys, "list")["reviews"][: len(made)]
    assert {each["id"] for each in first} == set(made)
    assert {each["source"] for each in first} == {"wrong_match"}


def test_once_a_steward_says_that_the_links_are_right_the_household_is_helped_again(house: Services) -> None:
    home = with_links(house)
    desk = LinkDesk(house, STEWARD)
    for each in doubt_household(house, home, by="worker-1"):
        desk.decide(each, State.ACCEPTED, reason="Both papers lay before me.", despite_numbers=True)
    run_night(house, homes.UNTIL.replace(day=30))
    with reading(house.engine) as connection:
        assert home in {each.household for each in queue(connection)}


def test_a_household_that_no_link_holds_together_is_nobodys_to_review(house: Services) -> None:
    placed = linked_homes(house)
    sizes = {home: list(placed.values()).count(home) for home in placed.values()}
    alone = next(home for home, size in sizes.items() if size == 1)
    with pytest.raises(Misconfigured, match="LINK_NONE"):
        doubt_household(house, HouseholdId(alone), by="worker-1")
    with pytest.raises(Misconfigured, match="HOUSEHOLD_UNKNOWN"):
        doubt_household(house, HouseholdId("hh-ffffffffffffffff"), by="worker-1")


def test_after_a_suspension_nobody_looks_at_what_rests_on_it(house: Services, capsys: Capture) -> None:
    one = said(house, capsys, "list")["reviews"][0]
    house.register.suspend(one["left"]["agreement"], by="privacy-officer", why="A review.")
    assert one["id"] not in {each["id"] for each in said(house, capsys, "list")["reviews"]}
    said(house, capsys, "show", one["id"], code=3)


def test_a_steward_decides_on_the_page_what_the_next_run_follows(house: Services, capsys: Capture) -> None:
    one = next(each for each in said(house, capsys, "list")["reviews"] if each["why"] == "contradict")["id"]
    shown = said(house, capsys, "show", one)
    with opened(pages(house, steward=STEWARD)) as client:
        assert one in client.get("/links").text
        page = words(client, f"/links/{one}")
        assert shown["left"]["records"][0]["first_name"] in page
        assert "same" in page
        assert client.post(f"/links/{one}/decision", data={"state": "open", "reason": "x"}).status_code == 409
        sent = {"state": "rejected", "reason": "Two birth certificates."}
        assert client.post(f"/links/{one}/decision", data=sent, follow_redirects=False).status_code == 303
        assert one not in client.get("/links").text
        assert "Two birth certificates." in words(client, f"/links/{one}")
    assert house.link_reviews.get(one).state is State.REJECTED
    (entry,) = house.ledger.entries(kind="link.reviewed")
    assert entry.body["by"] == STEWARD


def test_the_console_is_not_started_for_somebody_who_is_no_steward(house: Services) -> None:
    with pytest.raises(MoveNotYours):
        pages(house, steward="worker-1")
