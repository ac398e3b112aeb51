"""`hearthline agreement vote|mediate|renew|warn`, `mou` and `breach`: the life of a paper from the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.bootstrap import Services, build, initialise
from flows.cli.handler import run
from governance.clock import FixedClock
from governance.errors import HearthlineError, Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.settings import Settings
from governance.use import Action, Use
from tests.flows import homes

SNAP = "DULA-2026-005"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the example papers in force, and nothing else."""
    home = tmp_path_factory.mktemp("settled") / "home"
    initialise(homes.settings(home))
    return home


@pytest.fixture
def bare(settled: Path, tmp_path: Path) -> Services:
    """A copy of it."""
    return homes.copy(settled, tmp_path / "home")


def said(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*words, "--home", str(house.settings.home), "--json"]) == code, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def error(house: Services, capsys: Capture, *words: str, code: int = 1) -> str:
    capsys.readouterr()
    assert run([*words, "--home", str(house.settings.home)]) == code
    return capsys.readouterr().err.split(":")[0]


def end_of(house: Services) -> str:
    term = house.register.get(AgreementId(SNAP)).agreement.term
    return (term.expires + timedelta(days=365)).isoformat()


# -- whose move it is ---------------------------------------------------------------------------------------------


def test_a_move_that_is_another_s_is_refused_and_the_try_is_in_the_ledger(bare: Services, capsys: Capture) -> None:
    assert error(bare, capsys, "agreement", "suspend", SNAP, "--by", "worker-1", code=3) == "MOVE_NOT_YOURS"
    assert bare.register.get(AgreementId(SNAP)).status == "active"
    (tried,) = bare.ledger.entries(kind="move.refused")
    assert (tried.topic, tried.body) == (SNAP, {"by": "worker-1", "move": "suspended"})


def test_nobody_gives_the_program_s_own_id_as_theirs(bare: Services, capsys: Capture) -> None:
    assert error(bare, capsys, "agreement", "void", SNAP, "--by", "hearthline", code=2) == "USAGE"


def test_where_officers_are_named_nobody_else_moves_anything(
    bare: Services, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTHLINE_OFFICERS", json.dumps({"u-17": ["privacy_officer"]}))
    assert error(bare, capsys, "agreement", "suspend", SNAP, code=3) == "MOVE_NOT_YOURS"
    assert said(bare, capsys, "agreement", "suspend", SNAP, "--by", "u-17")["status"] == "suspended"
    monkeypatch.setenv("HEARTHLINE_OFFICERS", json.dumps({"u-17": ["emperor"]}))
    assert error(bare, capsys, "agreement", "list", code=2) == "SETTINGS_INVALID"


# -- the council --------------------------------------------------------------------------------------------------


def test_the_council_votes_on_a_renewal(bare: Services, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTHLINE_COUNCIL", json.dumps(["m-1", "m-2", "m-3"]))
    renewed = said(bare, capsys, "agreement", "renew", SNAP, "--expires", end_of(bare))
    assert renewed["status"] == "active"
    assert "Version 2 is under review and waits beside it." in renewed["next"]
    assert said(bare, capsys, "agreement", "vote", SNAP, "for", "--by", "m-1")["carried"] is False
    assert said(bare, capsys, "agreement", "vote", SNAP, "against", "--by", "m-2")["in_favour"] == 1
    assert error(bare, capsys, "agreement", "approve", SNAP, code=3) == "MOVE_NOT_YOURS"
    done = said(bare, capsys, "agreement", "approve", SNAP, "--by", "m-3")
    assert [(step["move"], step["said"]) for step in done["history"][-4:]] == [
        ("voted", "for"),
        ("voted", "against"),
        ("voted", "for"),
        ("approved", None),
    ]
    assert said(bare, capsys, "agreement", "votes", SNAP)["status"] == "approved"
    for party, name in (("owner", "Ann Invented"), ("recipient", "Bob Invented")):
        said(bare, capsys, "agreement", "sign", SNAP, "--party", party, "--name", name)
    active = said(bare, capsys, "agreement", "activate", SNAP)
    assert (active["version"], active["expires"]) == (2, end_of_text(bare))


def end_of_text(house: Services) -> str:
    return house.register.get(AgreementId(SNAP)).agreement.term.expires.isoformat()


def test_a_council_that_cannot_decide_is_a_wrong_setting(capsys: Capture, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="council_quorum"):
        Settings(home=tmp_path, council=("m-1",), council_quorum=2)
    with pytest.raises(ValueError, match="once"):
        Settings(home=tmp_path, council=("m-1", "m-1"))


def test_nobody_votes_where_no_members_are_named(bare: Services, capsys: Capture) -> None:
    said(bare, capsys, "agreement", "renew", SNAP, "--expires", end_of(bare))
    words = ("agreement", "vote", SNAP, "for", "--by", "council-member-1")
    assert error(bare, capsys, *words) == "COUNCIL_UNNAMED"
    assert said(bare, capsys, "agreement", "decline", SNAP, "--why", "Not this year.")["status"] == "active"


# -- mediation ----------------------------------------------------------------------------------------------------


def test_a_disagreement_is_raised_heard_and_settled(bare: Services, capsys: Capture) -> None:
    said(bare, capsys, "agreement", "renew", SNAP, "--expires", end_of(bare))
    words = ("agreement", "mediate", SNAP)
    raised = said(bare, capsys, *words, "raise", "--by", "steward-1", "--why", "The retention is too long.")
    assert raised["open"] == "raised"
    assert error(bare, capsys, "agreement", "approve", SNAP) == "AGREEMENT_IN_MEDIATION"
    assert error(bare, capsys, *words, "settle", "--by", "steward-1", "--why", "We agreed.", code=3) == "MOVE_NOT_YOURS"
    assert said(bare, capsys, *words, "hear", "--why", "Both sides heard.")["open"] == "heard"
    settled = said(bare, capsys, *words, "settle", "--why", "One year is enough.")
    assert settled["open"] is None
    assert settled["disagreements"][0]["settled_with"] == "One year is enough."
    assert said(bare, capsys, *words) == settled
    said(bare, capsys, "agreement", "approve", SNAP)
    assert error(bare, capsys, *words, "shout", code=2) == "USAGE"


# -- the term -----------------------------------------------------------------------------------------------------


def test_the_warnings_are_written_down_once(bare: Services, capsys: Capture) -> None:
    term = bare.register.get(AgreementId(SNAP)).agreement.term
    assert (
        said(bare, capsys, "agreement", "warn")["agreements"] == said(bare, capsys, "agreement", "warn")["agreements"]
    )
    assert error(bare, capsys, "agreement", "renew", SNAP, "--expires", term.expires.isoformat()) == "RENEWAL_TERM"
    assert "agreements" in said(bare, capsys, "agreement", "expiring")


# -- the memorandum -----------------------------------------------------------------------------------------------


def test_an_agency_joins_the_memorandum_and_leaves_it(bare: Services, capsys: Capture) -> None:
    joined = said(bare, capsys, "mou", "join", "--agency", "DMH", "--name", "Cal Invented")
    agency = next(each for each in joined["participants"] if each["agency"] == "DMH")
    assert (agency["coordinator"], agency["takes_part"], agency["left"]) == ("Cal Invented", True, "")
    left = said(bare, capsys, "mou", "leave", "--agency", "DTA", "--why", "Withdrawn.")
    agency = next(each for each in left["participants"] if each["agency"] == "DTA")
    assert not agency["takes_part"] and agency["left"]
    assert said(bare, capsys, "agreement", "show", SNAP)["stopped"] == "MOU_INACTIVE"
    shown = said(bare, capsys, "mou", "show")
    assert shown["floor"]["min_cell"] == 11
    assert {"steward", "counsel"} <= {each["office"] for each in shown["directory"] if each["agency"] == "DTA"}
    assert run(["mou", "show", "--home", str(bare.settings.home)]) == 0
    assert error(bare, capsys, "mou", "leave", "--agency", "DTA", "--by", "worker-1", code=3) == "MOVE_NOT_YOURS"


# -- breach -------------------------------------------------------------------------------------------------------


def test_a_breach_from_its_declaration_to_its_end(bare: Services, capsys: Capture) -> None:
    words = ("breach", "declare", "--dataset", "snap.certifications", "--why", "A laptop was stolen.")
    breach = said(bare, capsys, *words)
    reference = breach["reference"]
    assert (breach["state"], breach["agreements"], breach["late"]) == ("declared", [SNAP], [])
    assert breach["waiting"][0] == "owner:DTA"
    assert said(bare, capsys, "agreement", "show", SNAP)["status"] == "suspended"
    assert error(bare, capsys, "agreement", "resume", SNAP) == "BREACH_OPEN"
    assert error(bare, capsys, "breach", "close", reference) == "BREACH_UNFINISHED"
    notify = ("breach", "notify", reference, "--to")
    said(bare, capsys, *notify, "owner", "--agency", "DTA", "--how", "By telephone.")
    assert error(bare, capsys, *notify, "owner", "--agency", "DTA") == "BREACH_DUTY"
    for to in ("attorney_general", "consumer_affairs", "technology_services", "public_records"):
        said(bare, capsys, *notify, to)
    told = said(bare, capsys, *notify, "subjects", "--not-owed", "--why", "The disk was encrypted.")
    assert (told["state"], told["waiting"]) == ("notified", [])
    assert (
        error(
            bare, capsys, "breach", "review", reference, "--why", "All was well after all.", "--by", "worker-1", code=3
        )
        == "MOVE_NOT_YOURS"
    )
    assert said(bare, capsys, "breach", "review", reference, "--why", "Disks are encrypted now.")["state"] == "reviewed"
    assert said(bare, capsys, "breach", "close", reference)["state"] == "closed"
    assert error(bare, capsys, "breach", "close", reference) == "BREACH_CLOSED"
    assert said(bare, capsys, "agreement", "resume", SNAP)["status"] == "active"
    assert [each["reference"] for each in said(bare, capsys, "breach", "list")["breaches"]] == [reference]
    for shown in (("show", reference), ("list",)):
        assert run(["breach", *shown, "--home", str(bare.settings.home)]) == 0
    assert error(bare, capsys, "breach", "show", "br-0") == "BREACH_UNKNOWN"


def test_a_breach_lists_the_uses_in_its_time_and_what_is_held(house: Services, capsys: Capture) -> None:
    held = house.store.every_file()[0]
    words = ("breach", "declare", "--agreement", held.agreement, "--why", "An export was left open.")
    reference = said(house, capsys, *words)["reference"]
    found = said(house, capsys, "breach", "show", reference)["affected"]
    assert {each["dataset"] for each in found["held"]} >= {held.dataset}
    assert all(each["agreement"] == held.agreement or each["derived"] for each in found["uses"])
    assert found["households"] == []


def test_the_households_that_were_looked_at_are_named_to_the_officer(bare: Services, capsys: Capture) -> None:
    terms = bare.register.get(AgreementId(SNAP)).terms[DatasetId("snap.certifications")]
    field = min(terms.by_action[Action.VIEW])
    use = Use.of(
        actor=bare.person("worker-1"),
        action=Action.VIEW,
        purpose="prevention.outreach",
        dataset=DatasetId("snap.certifications"),
        fields={field},
        about=frozenset({"hh-0123456789abcdef"}),
    )
    bare.gate.request(use)
    words = ("breach", "declare", "--agreement", SNAP, "--why", "A screen was photographed.")
    reference = said(bare, capsys, *words)["reference"]
    found = said(bare, capsys, "breach", "show", reference)["affected"]
    assert found["households"] == ["hh-0123456789abcdef"]
    assert len(found["subjects"]) == 1
    assert "hh-0123456789abcdef" not in json.dumps([entry.body for entry in bare.ledger.entries()], default=str)


def test_late_notices_are_told_once(settled: Path, tmp_path: Path) -> None:
    from flows.breaching import breaches_of, remind  # noqa: PLC0415 its name stands beside what it is about

    home = homes.copy(settled, tmp_path / "home").settings.home
    clock = FixedClock(homes.copy(settled, tmp_path / "other").clock.now())
    house = build(homes.settings(home), clock=clock)
    declared = breaches_of(house).declare(
        agreements=[AgreementId(SNAP)], noticed_at=clock.now(), by="privacy-officer", what="A letter went astray."
    )
    assert remind(house) == ()
    clock.advance(timedelta(hours=25))
    assert remind(house) == (f"{declared.reference} owner:DTA",)
    assert remind(house) == ()
    with pytest.raises(HearthlineError) as found:
        breaches_of(house).notify(declared.reference, "nobody", by="privacy-officer")  # type: ignore[arg-type]
    assert isinstance(found.value, Misconfigured) and found.value.code == "BREACH_DUTY"
