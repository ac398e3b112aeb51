"""Rows in quarantine as a data steward meets them: seen under a grant, released, delivered anew, dismissed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from flows.bootstrap import Services, build, initialise
from flows.cli.handler import run
from flows.intaking import intake_of
from flows.quarantine_desk import QuarantineDesk
from governance.database import reading
from governance.errors import ContractBroken, Misconfigured, MoveNotYours, Refused
from governance.ids import AgreementId, DatasetId, DeliveryId
from signals import delivery as deliveries
from signals.delivered import Delivered
from signals.delivery import quarantine_size, quarantined_row
from signals.feed import Feed
from signals.holder import SignalHolder
from signals.intake import take
from tests.flows import homes

NOTICE = DatasetId("utility.notices")
STEWARD = "data-steward"
GOOD = {"service": "gas", "kind": "past_due", "issued_on": "2026-05-15", "updated_on": "2026-05-16", "amount_due": "90"}
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def house(tmp_path: Path) -> Services:
    return initialise(homes.settings(tmp_path / "home"))


def notices(house: Services, *rows: Mapping[str, str]) -> Path:
    """A file of notices; each is good but for what is said of it."""
    columns = [column.sources[0] for column in house.feeds[NOTICE].columns]
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="")
    table.writeheader()
    for number, row in enumerate(rows, 1):
        table.writerow(
            {"notice_id": f"N{number}", "account_no": f"A{number}", "customer_id": f"C{number}", **GOOD, **row}
        )
    mail = house.settings.home / "mail"
    mail.mkdir(exist_ok=True)
    file = mail / f"{len(list(mail.iterdir()))}.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def taken(house: Services, *rows: Mapping[str, str]) -> Delivered:
    return take(intake_of(house), NOTICE, notices(house, *rows), known_on=None)


def with_water_gas(house: Services) -> Services:
    """The same home under a feed that knows one service more."""
    feed = house.feeds[NOTICE]
    columns = tuple(
        column.model_copy(update={"codes": (*(column.codes or ()), "steam")}) if column.name == "service" else column
        for column in feed.columns
    )
    again = build(homes.settings(house.settings.home))
    again.feeds[NOTICE] = Feed.model_validate(feed.model_copy(update={"columns": columns}))
    return again


def counts(house: Services, id: str) -> tuple[int, int, int, int]:
    """Delivered, kept, unlinkable and in quarantine, of which the last three make the first."""
    with reading(house.engine) as connection:
        found = deliveries.find(connection, DeliveryId(id))
    assert found is not None
    quarantined = sum(found.quarantine_counts.values())
    assert found.delivered == found.kept + found.unlinkable + quarantined
    return found.delivered, found.kept, found.unlinkable, quarantined


def said(house: Services, capsys: Capture, *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(["quarantine", *words, "--home", str(house.settings.home), "--json"]) == code
    printed = capsys.readouterr().out
    return json.loads(printed) if printed else {}


def test_the_list_counts_by_delivery_and_check_and_says_nothing_of_the_rows(house: Services, capsys: Capture) -> None:
    first = taken(house, {}, {"service": "zanzibar"}, {"service": "zanzibar"}, {"amount_due": "-5"})
    found = said(house, capsys, "list")["quarantine"]
    assert [(each["delivery"], each["check"], each["rows"]) for each in found] == [
        (first.delivery, "amount_not_negative", 1),
        (first.delivery, "service.codes", 2),
    ]
    assert all(len(each["contract"]) == 16 for each in found)
    assert "zanzibar" not in json.dumps(found)
    assert said(house, capsys, "list", "--dataset", "docket.filings")["quarantine"] == []


def test_a_look_is_a_use_of_a_steward_in_the_ledger(house: Services, capsys: Capture) -> None:
    first = taken(house, {}, {"service": "zanzibar"})
    before = house.ledger.size()
    shown = said(house, capsys, "show", first.delivery, "2")
    assert shown["cells"]["service"] == "zanzibar"
    assert shown["cells"]["customer_id"] == "C2"
    grants = [entry for entry in house.ledger.entries(kind="grant.issued") if entry.index >= before]
    assert [(entry.body["actor"], entry.body["purpose"]) for entry in grants] == [(STEWARD, house.settings.purpose)]
    assert "zanzibar" not in str([(entry.topic, entry.body) for entry in house.ledger.entries()])


def test_nobody_but_a_steward_looks_and_a_purpose_that_no_agreement_names_is_refused(house: Services) -> None:
    first = taken(house, {"service": "zanzibar"})
    with pytest.raises(MoveNotYours):
        QuarantineDesk(house, "worker-1")
    with pytest.raises(Refused):
        QuarantineDesk(house, STEWARD, "commercial.selling").show(DeliveryId(first.delivery), 1)
    house.register.suspend(AgreementId("DULA-2026-007"), by="steward-7", why="A review.")
    tries: list[Callable[[QuarantineDesk], object]] = [
        lambda desk: desk.show(DeliveryId(first.delivery), 1),
        lambda desk: desk.release(DeliveryId(first.delivery)),
        lambda desk: desk.dismiss(DeliveryId(first.delivery), reason="Nobody knows that service."),
    ]
    for decide in tries:
        with pytest.raises(Refused):
            decide(QuarantineDesk(house, STEWARD))
    assert quarantine_size(house.engine) == 1


def test_rows_that_keep_the_contract_of_now_are_taken_once_and_the_others_stay(house: Services) -> None:
    first = taken(house, {}, {"service": "steam"}, {"service": "zanzibar"}, {"service": "steam", "amount_due": "-5"})
    id = DeliveryId(first.delivery)
    assert counts(house, id) == (4, 1, 0, 3)
    assert QuarantineDesk(house, STEWARD).release(id).kept == 0, "the contract is the same"
    desk = QuarantineDesk(with_water_gas(house), STEWARD)
    found = desk.release(id)
    assert (found.looked, found.kept, found.failed, found.unreadable) == (3, 1, 2, 0)
    assert counts(house, id) == (4, 2, 0, 2)
    again = desk.release(id)
    assert (again.looked, again.kept) == (2, 0)
    assert counts(house, id) == (4, 2, 0, 2)
    assert {(each.check, each.rows) for each in desk.waiting()} == {("service.codes", 1), ("amount_not_negative", 1)}
    assert len({each.contract for each in desk.waiting()}) == 1
    assert desk.show(id, 2).state == "released"
    assert desk.show(id, 2).decided_by == STEWARD


def test_the_senders_corrected_rows_resolve_theirs_and_no_others(house: Services) -> None:
    first = taken(house, {}, {"service": "zanzibar"}, {"service": "zanzibar"})
    id, desk = DeliveryId(first.delivery), QuarantineDesk(house, STEWARD)
    file = notices(house, {"notice_id": "N2", "customer_id": "C2"})
    found = desk.redeliver(id, file)
    assert (found.delivered.kept, found.resolved, found.left) == (1, 1, 1)
    again = desk.redeliver(id, file)
    assert (again.delivered.repeated, again.resolved, again.left) == (True, 0, 1)
    assert desk.show(id, 2).resolved_by == found.delivered.delivery
    whole = desk.redeliver(id, notices(house, {"notice_id": "N9"}), every=True)
    assert (whole.resolved, whole.left) == (1, 0)
    assert quarantine_size(house.engine) == 0
    assert counts(house, id) == (3, 1, 0, 2), "what the first file was does not change"


def test_a_corrected_row_that_is_wrong_again_resolves_nothing(house: Services) -> None:
    first = taken(house, {"service": "zanzibar"})
    desk = QuarantineDesk(house, STEWARD)
    found = desk.redeliver(DeliveryId(first.delivery), notices(house, {"service": "atlantis"}))
    assert (found.delivered.kept, found.resolved, found.left) == (0, 0, 1)
    broken = house.settings.home / "mail" / "broken.csv"
    broken.write_text("another,header\n", encoding="utf-8")
    with pytest.raises(ContractBroken):
        desk.redeliver(DeliveryId(first.delivery), broken)
    assert quarantine_size(house.engine) == 2


def test_a_row_is_delivered_anew_by_another_delivery_of_its_dataset(house: Services) -> None:
    first = taken(house, {"service": "zanzibar"})
    again = house.settings.home / "mail" / "0.csv"
    with pytest.raises(Misconfigured, match="another delivery"):
        QuarantineDesk(house, STEWARD).redeliver(DeliveryId(first.delivery), again)


def test_a_dismissed_row_keeps_its_reason_sealed_and_stays_dismissed(house: Services, capsys: Capture) -> None:
    first = taken(house, {"service": "steam"}, {"service": "zanzibar"})
    id = DeliveryId(first.delivery)
    assert (
        said(house, capsys, "dismiss", id, "--reason", "Not ours: a hotel in Zanzibar", "--row", "1")["dismissed"] == 1
    )
    assert said(house, capsys, "dismiss", id, "--reason", "Again", "--row", "1")["dismissed"] == 0
    shown = said(house, capsys, "show", id, "1")
    assert (shown["state"], shown["reason"]) == ("dismissed", "Not ours: a hotel in Zanzibar")
    assert [each["rows"] for each in said(house, capsys, "list", "--state", "dismissed")["quarantine"]] == [1]
    assert QuarantineDesk(with_water_gas(house), STEWARD).release(id).kept == 0
    with reading(house.engine) as connection:
        stored = connection.execute(select(quarantined_row.c.reason_sealed)).scalars().first()
    assert stored is not None
    assert b"hotel" not in stored
    assert said(house, capsys, "dismiss", id, "--reason", " ", code=1) == {}


def test_what_was_decided_is_destroyed_with_its_agreement(house: Services) -> None:
    first = taken(house, {"service": "steam"})
    QuarantineDesk(house, STEWARD).dismiss(DeliveryId(first.delivery), reason="Nobody knows that service.")
    list(SignalHolder(house.engine, house.store, house.settings.home / "sealed").erase(AgreementId("DULA-2026-007")))
    with reading(house.engine) as connection:
        assert connection.execute(select(quarantined_row)).all() == []
    with pytest.raises(Misconfigured, match="destroyed"):
        QuarantineDesk(house, STEWARD).show(DeliveryId(first.delivery), 1)


def test_a_row_that_never_stood_there_is_not_known(house: Services) -> None:
    first = taken(house, {}, {"service": "steam"})
    with pytest.raises(Misconfigured, match="never stood"):
        QuarantineDesk(house, STEWARD).show(DeliveryId(first.delivery), 1)
