"""An agreement goes out in an envelope and comes back signed: by command, by notice, with the service up and down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flows import enveloping
from flows.bootstrap import Services, build, initialise, read_settings
from flows.cli.handler import run
from flows.serving import pages
from governance.draft import TODO
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.settings import Settings
from tests.console.look import Client, opened
from tests.flows import homes
from tests.governance.envelope.desk import ACCOUNT, TOKEN, Desk, desk
from tests.governance.envelope.envelopes import SECRET

ID = "DULA-2026-900"
HOOK = "/webhooks/envelope"
SIGNERS = """
signers:
  - {party: owner, name: Flo Invented, email: flo@dta.example}
  - {party: recipient, agency: EOHHS, name: Gus Invented, email: gus@eohhs.example}
"""
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an agreement that is approved, and waits to be sent."""
    folder = tmp_path_factory.mktemp("approved")
    initialise(homes.settings(folder / "home"))
    draft, home = folder / "draft.yaml", ["--home", str(folder / "home")]
    about = ["--purpose", "prevention.outreach", "--owner", "DTA", "--id", ID, "--out", str(draft)]
    assert run(["agreement", "draft", *about, *home]) == 0
    text = draft.read_text(encoding="utf-8").replace(TODO, "Invented").replace("1970-01-01", "2026-05-01")
    draft.write_text(text, encoding="utf-8")
    assert run(["agreement", "submit", str(draft), *home]) == 0
    assert run(["agreement", "approve", ID, *home]) == 0
    return folder / "home"


@pytest.fixture
def house(settled: Path, tmp_path: Path) -> Services:
    """A copy of it, with the file of those who sign beside."""
    (tmp_path / "signers.yaml").write_text(SIGNERS, encoding="utf-8")
    return homes.copy(settled, tmp_path / "home")


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An e-signature service that this installation uses."""
    with desk() as opened_desk:
        use(monkeypatch, opened_desk)
        yield opened_desk


def use(monkeypatch: pytest.MonkeyPatch, there: Desk) -> None:
    given = {"": "rest", "_URL": there.url, "_ACCOUNT": ACCOUNT, "_TOKEN": TOKEN, "_SECRET": SECRET.decode()}
    for name, value in given.items():
        monkeypatch.setenv(f"HEARTHLINE_ENVELOPE{name}", value.replace(" ", "-"))


KEY = SECRET.replace(b" ", b"-")
"""The secret that both sides agreed on; a space stands between two."""


@pytest.fixture
def console(house: Services, there: Desk) -> Iterator[Client]:
    """The console of the same home, where notices come in."""
    assert there.url
    with opened(pages(build(read_settings(house.settings.home)))) as client:
        yield client


def said(house: Services, capsys: Capture, command: str, *words: str, code: int = 0) -> Any:
    """What a command about the envelope says, and that it says no address and no secret."""
    capsys.readouterr()
    arguments = ["agreement", "envelope", command, ID, *words, "--home", str(house.settings.home), "--json"]
    ended = run(arguments)
    out = capsys.readouterr()
    assert ended == code, out.err
    for secret in (TOKEN, KEY.decode(), "flo@", "@dta"):
        assert secret not in out.out + out.err
    return json.loads(out.out) if code == 0 else out.err.split(":")[0]


def sent(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    return said(house, capsys, "send", "--signers", str(house.settings.home.parent / "signers.yaml"), *words, code=code)


def tell(console: Client, there: Desk, id: str, secret: bytes = KEY) -> int:
    body, headers = there.service.notice(id, secret)
    return console.post(HOOK, content=body, headers={**headers, "accept": "*/*"}).status_code


def status(house: Services) -> str:
    return str(house.register.newest(AgreementId(ID)).status)


def kinds(house: Services) -> list[str]:
    return [entry.kind for entry in house.ledger.entries(topic=ID) if entry.kind.startswith("agreement.")]


# -- the whole life -----------------------------------------------------------------------------------------------


def test_it_goes_out_and_comes_back_signed_and_comes_into_force(
    house: Services, there: Desk, console: Client, capsys: Capture, tmp_path: Path
) -> None:
    out = sent(house, capsys)
    assert (out["status"], out["envelope_status"], out["service"]) == ("out_for_signature", "sent", "rest")
    assert [(each["party"], each["agency"], each["status"]) for each in out["signers"]] == [
        ("owner", "DTA", "sent"),
        ("recipient", "EOHHS", "sent"),
    ]
    there.service.sign(out["envelope"], 0)
    assert tell(console, there, out["envelope"]) == 204
    assert status(house) == "out_for_signature"
    there.service.sign(out["envelope"], 1)
    assert tell(console, there, out["envelope"]) == 204
    assert status(house) == "executed"
    now = said(house, capsys, "status")
    assert (now["envelope_status"], now["moves"]) == ("completed", [])
    filed = said(house, capsys, "document", "--out", str(tmp_path / "signed.pdf"))
    assert filed["same"]
    assert (tmp_path / "signed.pdf").read_bytes().startswith(b"%PDF")
    assert run(["agreement", "activate", ID, "--home", str(house.settings.home)]) == 0
    assert status(house) == "active"
    moves = ["submitted", "approved", "sent", "signed", "signed", "executed", "activated"]
    assert kinds(house) == [f"agreement.{move}" for move in moves]
    written = "".join(str(entry.body) for entry in house.ledger.entries())
    assert not any(secret in written for secret in ("flo@", TOKEN, KEY.decode()))


def test_what_is_asked_for_moves_it_as_well(house: Services, there: Desk, capsys: Capture) -> None:
    id = sent(house, capsys)["envelope"]
    again = sent(house, capsys)
    assert (again["envelope"], again["moves"], len(there.service.envelopes)) == (id, [], 1)
    there.service.sign(id, 1)
    assert said(house, capsys, "status")["moves"] == ["signed recipient"]
    there.service.decline(id, 0)
    assert said(house, capsys, "status", "--envelope", id)["moves"] == ["declined"]
    assert status(house) == "declined"
    assert said(house, capsys, "void", code=1) == "ENVELOPE_OVER"


def test_it_is_called_back(house: Services, there: Desk, console: Client, capsys: Capture) -> None:
    id = sent(house, capsys)["envelope"]
    there.service.sign(id, 0)
    late = there.service.notice(id, KEY)
    done = said(house, capsys, "void", "--why", "a typing error")
    assert (done["status"], done["envelope_status"], done["moves"]) == ("voided", "voided", ["voided"])
    assert there.service.envelopes[id]["voidedReason"] == "a typing error"
    assert said(house, capsys, "void")["moves"] == []
    assert console.post(HOOK, content=late[0], headers=late[1]).status_code == 204
    assert (status(house), "agreement.signed" in kinds(house)) == ("voided", False)


def test_nothing_is_needed_to_sign_here(house: Services, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "signers.yaml").write_text(SIGNERS.replace(", email: flo@dta.example", ""), encoding="utf-8")
    out = sent(house, capsys)
    assert (out["service"], out["status"]) == ("local", "out_for_signature")
    home = ["--home", str(house.settings.home)]
    for party, name in (("owner", "Flo Invented"), ("recipient", "Gus Invented")):
        agency = ["--agency", "EOHHS"] if party == "recipient" else []
        assert run(["agreement", "sign", ID, "--party", party, "--name", name, *agency, *home]) == 0
    assert said(house, capsys, "status")["moves"] == ["completed"]
    assert said(house, capsys, "document", "--out", str(tmp_path / "signed.yaml"))["same"]
    assert run(["agreement", "envelope", "status", ID, *home]) == 0
    assert "Flo Invented" in capsys.readouterr().out


# -- notices ------------------------------------------------------------------------------------------------------


def test_a_notice_that_comes_again_changes_nothing(
    house: Services, there: Desk, console: Client, capsys: Capture
) -> None:
    id = sent(house, capsys)["envelope"]
    there.service.sign(id, 0)
    early = there.service.notice(id, KEY)
    there.service.sign(id, 1)
    assert tell(console, there, id) == 204
    size = house.ledger.size()
    for body, headers in (early, there.service.notice(id, KEY), early):
        assert console.post(HOOK, content=body, headers=headers).status_code == 204
    assert house.ledger.size() == size


def test_notices_that_come_at_once_sign_once(house: Services, there: Desk, console: Client, capsys: Capture) -> None:
    id = sent(house, capsys)["envelope"]
    there.service.sign(id, 0)
    there.service.sign(id, 1)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: tell(console, there, id), range(4))) == {204}
    assert (kinds(house).count("agreement.signed"), status(house)) == (2, "executed")


def test_a_forged_notice_is_not_read_and_fills_no_ledger(
    house: Services, there: Desk, console: Client, capsys: Capture
) -> None:
    id = sent(house, capsys)["envelope"]
    unsigned = there.service.notice(id, KEY)
    there.service.sign(id, 0)
    there.service.sign(id, 1)
    body, headers = there.service.notice(id, KEY)
    size = house.ledger.size()
    bare = {"accept": "*/*"}
    for wrong in (
        (body, bare),
        (body, {**bare, "X-DocuSign-Signature-1": ""}),
        (body, {**bare, "X-DocuSign-Signature-1": unsigned[1]["X-DocuSign-Signature-1"]}),
        (body, {**bare, "X-DocuSign-Signature": headers["X-DocuSign-Signature-1"]}),
        (body + b" ", {**bare, **headers}),
        (there.service.notice(id, b"")[0], {**bare, **there.service.notice(id, b"")[1]}),
    ):
        answer = console.post(HOOK, content=wrong[0], headers=wrong[1])
        assert (answer.status_code, answer.json()["code"]) == (403, "WEBHOOK_UNSIGNED")
    assert house.ledger.size() == size + 1
    assert status(house) == "out_for_signature"


def test_without_a_secret_no_notice_is_heard(
    house: Services, there: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    id = sent(house, capsys)["envelope"]
    for name, value in (("_SECRET", ""), ("_SECRET", "  "), ("", "local")):
        monkeypatch.setenv(f"HEARTHLINE_ENVELOPE{name}", value)
        with opened(pages(build(read_settings(house.settings.home)))) as console:
            assert tell(console, there, id, b"") == 403
            assert tell(console, there, id, KEY) == 403


def test_either_secret_is_good_while_one_replaces_the_other(
    house: Services, there: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    id = sent(house, capsys)["envelope"]
    monkeypatch.setenv("HEARTHLINE_ENVELOPE_SECRET", f"the-next-one {KEY.decode()}")
    with opened(pages(build(read_settings(house.settings.home)))) as console:
        assert [tell(console, there, id, each) for each in (KEY, b"the-next-one")] == [204, 204]
        assert tell(console, there, id, b"the-next-one " + KEY) == 403


def test_a_signed_notice_of_what_was_not_sent_from_here_moves_nothing(there: Desk, console: Client) -> None:
    body = {"status": "sent", "recipients": {"signers": []}}
    there.service.envelopes["elsewhere"] = {**body, "envelopeId": "elsewhere"}
    assert tell(console, there, "elsewhere") == 404
    there.service.envelopes["elsewhere"]["status"] = "lost"
    assert tell(console, there, "elsewhere") == 422


# -- the service is down, or not ours -----------------------------------------------------------------------------


def test_while_the_service_is_down_nothing_is_sent_and_afterwards_it_is_sent_once(
    house: Services, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with desk() as there:
        use(monkeypatch, there)
    size = house.ledger.size()
    assert sent(house, capsys, code=1) == "ENVELOPE_UNREACHABLE"
    assert (status(house), house.ledger.size()) == ("approved", size)
    with desk(there.port) as back:
        back.service.silent = 2
        assert sent(house, capsys, code=1) == "ENVELOPE_UNREACHABLE"
        back.service.silent = 0
        sent(house, capsys)
        assert (status(house), len(back.service.envelopes)) == ("out_for_signature", 1)
    assert said(house, capsys, "status", code=1) == "ENVELOPE_UNREACHABLE"
    assert said(house, capsys, "void", code=1) == "ENVELOPE_UNREACHABLE"
    assert status(house) == "out_for_signature"


def test_a_notice_that_cannot_be_finished_is_finished_when_it_comes_again(
    house: Services, there: Desk, console: Client, capsys: Capture
) -> None:
    id = sent(house, capsys)["envelope"]
    there.service.sign(id, 0)
    there.service.sign(id, 1)
    there.service.trouble = 503
    assert tell(console, there, id) == 503
    assert list(house.ledger.entries(kind="envelope.completed")) == []
    assert tell(console, there, id) == 204
    assert len(list(house.ledger.entries(kind="envelope.completed"))) == 1


def test_an_envelope_of_another_service_is_left_alone(
    house: Services, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    sent(house, capsys)
    with desk() as there:
        use(monkeypatch, there)
        for command in ("status", "void"):
            assert said(house, capsys, command, code=1) == "ENVELOPE_ELSEWHERE"
        assert sent(house, capsys, code=1) == "ENVELOPE_ELSEWHERE"
        assert there.seen == []


def test_an_account_that_is_not_complete_sends_nothing(
    house: Services, there: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for name, value, code in (
        ("_URL", "", "ENVELOPE_INCOMPLETE"),
        ("_ACCOUNT", "", "ENVELOPE_INCOMPLETE"),
        ("_TOKEN", "", "ENVELOPE_INCOMPLETE"),
        ("_URL", "http://sign.example", "ENVELOPE_INSECURE"),
        ("_TOKEN", "another", "ENVELOPE_UNREADABLE"),
    ):
        with monkeypatch.context() as other:
            other.setenv(f"HEARTHLINE_ENVELOPE{name}", value)
            assert sent(house, capsys, code=1) == code
    assert (status(house), there.service.envelopes) == ("approved", {})


# -- who sends, and to whom ---------------------------------------------------------------------------------------


def test_who_may_not_send_reaches_nobody(house: Services, there: Desk, capsys: Capture) -> None:
    assert sent(house, capsys, "--by", "worker-1", code=3) == "MOVE_NOT_YOURS"
    assert there.seen == []
    id = sent(house, capsys)["envelope"]
    assert said(house, capsys, "void", "--by", "worker-1", code=3) == "MOVE_NOT_YOURS"
    assert there.service.envelopes[id]["status"] == "sent"


def test_a_list_of_signers_that_would_not_do_sends_nothing(house: Services, there: Desk, tmp_path: Path) -> None:
    using = build(read_settings(house.settings.home))
    for text, code in (
        ("signers: []", "ENVELOPE_SIGNERS"),
        (SIGNERS.replace("recipient", "owner"), "ENVELOPE_SIGNERS"),
        (SIGNERS.replace("agency: EOHHS", "agency: DTA"), "AGREEMENT_PARTY"),
        (SIGNERS.replace("party: owner", "party: king"), "AGREEMENT_PARTY"),
        (SIGNERS.replace(", email: flo@dta.example", ""), "ENVELOPE_SIGNERS"),
        (SIGNERS.replace("flo@dta.example", "flo at dta"), "POLICY_INVALID"),
        ("- nobody", "POLICY_INVALID"),
    ):
        (tmp_path / "signers.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(Misconfigured) as found:
            enveloping.send(using, AgreementId(ID), tmp_path / "signers.yaml", by="data-steward")
        assert found.value.code == code
        assert "flo" not in str(found.value)
    assert (status(house), there.seen) == ("approved", [])


def test_who_signs_with_a_key_is_not_asked_by_a_service(house: Services, there: Desk, capsys: Capture) -> None:
    words = ["--agency", "DTA", "--name", "Flo Invented", "--out", str(house.settings.home / "flo.pem")]
    assert run(["agreement", "key", *words, "--home", str(house.settings.home)]) == 0
    assert sent(house, capsys, code=1) == "SIGNATURE_UNKEYED"
    assert there.seen == []


def test_what_was_never_sent_has_no_envelope(house: Services, there: Desk, capsys: Capture) -> None:
    for command in ("status", "void"):
        assert said(house, capsys, command, "--envelope", "../users", code=1) == "ENVELOPE_UNKNOWN"
    sent(house, capsys)
    assert said(house, capsys, "status", "--envelope", "another", code=1) == "ENVELOPE_UNKNOWN"
    before = len(there.seen)
    assert said(house, capsys, "document", "--out", "x.pdf", code=1) == "ENVELOPE_OPEN"
    assert len(there.seen) == before + 1


def test_secrets_are_not_shown_with_the_settings(there: Desk, tmp_path: Path) -> None:
    shown = repr(Settings(home=tmp_path))
    assert there.url in shown
    assert TOKEN not in shown
    assert KEY.decode() not in shown
