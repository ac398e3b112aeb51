"""An agreement ends, and nothing of what it brought in is left: not in the home, not in a backup of it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from alerts.queue import queue
from alerts.triage import FORESEEN
from flows import destroying
from flows.bootstrap import Services, build
from flows.cli.app import app
from flows.doctor import examine
from flows.intaking import intake_of
from flows.night import run_night
from flows.training import promote_model, train_model, trained_models
from governance.database import reading
from governance.destruction.certificate import read_certificate
from governance.errors import Misconfigured, NotActive
from governance.holder import Holding
from governance.ids import AgreementId, DatasetId
from governance.keystore import FileKeyStore
from governance.lifecycle import Status
from governance.opened import FOOTER
from governance.vault import Vault
from signals.intake import take_folder
from signals.simulator import simulate
from tests.flows import homes
from tests.flows.test_training import foreseeing

SCHOOLS, DOCKET = AgreementId("DULA-2026-001"), AgreementId("DULA-2026-004")
WHY = "The owner withdrew."


@pytest.fixture(scope="module")
def ended(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a model and a night behind it, in which the docket's agreement was terminated; not to be changed."""
    home = tmp_path_factory.mktemp("ended") / "home"
    house = foreseeing(homes.copy(made, home))
    report = train_model(house, as_of=homes.UNTIL, outcome="absence", tests=0)
    promote_model(house, report.model, by="analyst-1")
    run_night(house, homes.UNTIL)
    house.register.terminate(DOCKET, by="data-steward", why=WHY)
    close(house)
    return home


@pytest.fixture(scope="module")
def destroyed(ended: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home after the destruction; not to be changed."""
    home = tmp_path_factory.mktemp("destroyed") / "home"
    house = homes.copy(ended, home)
    destroying.destroy(house, DOCKET, by="data-steward", why=WHY)
    close(house)
    return home


@pytest.fixture
def before(ended: Path, tmp_path: Path) -> Services:
    return homes.copy(ended, tmp_path / "before")


@pytest.fixture
def after(destroyed: Path, tmp_path: Path) -> Services:
    return homes.copy(destroyed, tmp_path / "after")


def close(house: Services) -> None:
    house.engine.dispose()
    house.ledger_engine.dispose()


def holdings(house: Services, agreement: AgreementId = DOCKET) -> Iterator[Holding]:
    for holder in destroying.holders_of(house):
        yield from holder.inventory(agreement)


def files(home: Path) -> set[Path]:
    return {path.relative_to(home) for path in home.rglob("*") if path.is_file()}


def test_the_certificate_lists_every_field_file_indicator_model_and_alert_that_was_there(
    before: Services, after: Services
) -> None:
    there = list(holdings(before))
    certified = [item.holding for item in destroying.destruction_of(after).certificate(DOCKET).items]
    assert {(each.kind, each.id) for each in there} <= {(each.kind, each.id) for each in certified}
    kinds = Counter(each.kind for each in certified)
    for kind in ("field", "keyring", "signal file", "attribution file", "link run", "delivery", "delivered file"):
        assert kinds[kind], kind
    for kind in ("indicator", "model", "task", "count by rule", "night's report"):
        assert kinds[kind], kind
    docket = before.register.get(DOCKET).agreement.datasets
    listed = {f"{dataset.id}.{field.name}" for dataset in docket for field in dataset.fields}
    assert {each.id for each in certified if each.kind == "field"} & listed


def test_nothing_of_it_is_left(after: Services) -> None:
    assert list(holdings(after)) == []
    assert destroying.destruction_of(after).scan(DOCKET).found == ()
    assert not (after.settings.sealed / DOCKET).exists()
    assert [path for path in files(after.settings.home) if DOCKET in path.parts] == []
    assert trained_models(after) == []
    assert after.register.get(DOCKET).status is Status.CLOSED
    with reading(after.engine) as connection:
        assert [task for task in queue(connection) if DOCKET in task.lineage] == []


def test_a_scan_says_how_much_it_looked_at(after: Services) -> None:
    looked = destroying.destruction_of(after).scan(DOCKET).looked
    assert looked["files"] > 20
    assert looked["tables"] > 10
    assert looked["values"] > 20


def test_what_rests_on_other_agreements_alone_is_untouched(before: Services, after: Services) -> None:
    def others(house: Services) -> set[str]:
        return {file.id for file in house.store.every_file() if DOCKET not in {file.agreement, *file.lineage}}

    assert others(after) == others(before) != set()
    assert all(after.store.path(file).exists() for file in after.store.every_file())
    with reading(after.engine) as connection:
        kept = {task.id: task for task in queue(connection)}
    with reading(before.engine) as connection:
        mine = {task.id: task for task in queue(connection) if DOCKET not in task.lineage and task.tier != FORESEEN}
    assert kept.keys() == mine.keys() != set()
    assert [id for id, task in kept.items() if task.reasons_sealed != mine[id].reasons_sealed] == []
    assert all(task.score_sealed is None for task in kept.values())
    assert any(task.score_sealed for task in mine.values())


def test_the_next_night_runs_without_it_and_brings_nothing_of_it_back(after: Services) -> None:
    report = run_night(after, homes.UNTIL + timedelta(days=1))
    assert report.ran
    assert list(holdings(after)) == []
    assert destroying.destruction_of(after).scan(DOCKET).found == ()


def test_what_was_deleted_is_not_in_the_databases_file_either(before: Services, after: Services) -> None:
    with reading(before.engine) as connection:
        mine = [task for task in queue(connection) if DOCKET in task.lineage]
    assert mine
    raw = (after.settings.home / "hearthline.db").read_bytes()
    assert [task.id for task in mine if task.reasons_sealed[-64:] in raw] == []


@pytest.mark.parametrize("backup", ["files and database", "and the keyring", "and the whole key store"])
def test_a_restored_backup_stays_unreadable(before: Services, after: Services, backup: str) -> None:
    file = next(each for each in before.store.every_file() if each.agreement == DOCKET and each.kind == "signal")
    with reading(before.engine) as connection:
        sealed = next(
            task.reasons_sealed for task in queue(connection) if DOCKET in before.vault.owners(task.reasons_sealed)
        )
    old, home = before.settings.home, after.settings.home
    close(before)
    close(after)
    shutil.copytree(old / "sealed", home / "sealed", dirs_exist_ok=True)
    for ending in ("", "-wal", "-shm"):
        (home / f"hearthline.db{ending}").unlink(missing_ok=True)
        if (old / f"hearthline.db{ending}").exists():
            shutil.copy(old / f"hearthline.db{ending}", home)
    if backup == "and the keyring":
        shutil.copy(old / "vault" / "keyring" / f"{DOCKET}.key", home / "vault" / "keyring")
    if backup == "and the whole key store":
        shutil.rmtree(home / "vault")
        shutil.copytree(old / "vault", home / "vault")
    house = build(homes.settings(home))
    for attempt in (
        lambda: house.vault.read_keys(file.agreement, file.dataset, file.month, [FOOTER]),
        lambda: house.vault.unseal(sealed, "whatever"),
        lambda: house.vault.write_keys(file.agreement, file.dataset, file.month, [FOOTER]),
        lambda: house.vault.seal(b"x", [DOCKET], "whatever"),
        lambda: house.vault.pseudonym(DOCKET, "x"),
    ):
        with pytest.raises(Misconfigured) as gone:
            attempt()
        assert gone.value.code == "KEY_DESTROYED"
    left = destroying.destruction_of(house).scan(DOCKET).found
    assert {item.holding.kind for item in left} >= {"signal file", "sealed value", "file"}


def test_an_old_keyring_does_not_open_even_for_somebody_who_asks_neither_ledger_nor_tombstone(
    before: Services, after: Services
) -> None:
    vault = after.settings.vault
    shutil.copy(before.settings.vault / "keyring" / f"{DOCKET}.key", vault / "keyring")
    (vault / "tombstone" / f"{DOCKET}.key").unlink()
    thief = Vault(FileKeyStore(vault))
    assert not thief.is_destroyed(DOCKET)
    file = next(each for each in before.store.every_file() if each.agreement == DOCKET)
    with pytest.raises(Misconfigured) as gone:
        thief.read_keys(DOCKET, file.dataset, file.month, [FOOTER])
    assert gone.value.code == "KEY_DESTROYED"


@pytest.mark.parametrize("step", [3, 6, 13])
def test_broken_off_it_goes_on_and_ends_the_same(
    before: Services, after: Services, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, append = 0, type(before.ledger)._write

    def dying(*args: object, **options: object) -> object:
        nonlocal written
        written += 1
        if written > step:
            raise KeyboardInterrupt
        return append(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(type(before.ledger), "_write", dying)
    with pytest.raises(KeyboardInterrupt):
        destroying.destroy(before, DOCKET, by="data-steward", why=WHY)
    monkeypatch.undo()
    close(before)
    house = build(before.settings)
    again = destroying.destroy(house, DOCKET, by="data-steward", why=WHY)
    whole = destroying.destruction_of(after).certificate(DOCKET)
    assert again.items == whole.items
    assert house.register.get(DOCKET).status is Status.CLOSED
    assert destroying.destruction_of(house).scan(DOCKET).found == ()


def test_only_what_has_ended_is_destroyed(before: Services) -> None:
    size = before.ledger.size()
    with pytest.raises(Misconfigured) as active:
        destroying.destroy(before, SCHOOLS, by="data-steward")
    assert active.value.code == "AGREEMENT_STATE"
    assert before.ledger.size() == size


def test_doctor_finds_nothing_wrong_with_an_agreement_that_is_over(after: Services) -> None:
    found = {check.name: check.ok for check in examine(after.settings)}
    assert found[f"agreement {DOCKET}"]


def test_done_twice_is_done_once(after: Services) -> None:
    size = after.ledger.size()
    first = destroying.destruction_of(after).certificate(DOCKET)
    assert destroying.destroy(after, DOCKET, by="data-steward") == first
    assert after.ledger.size() == size


def test_a_file_that_somebody_put_aside_in_the_home_keeps_it_from_being_certified(before: Services) -> None:
    file = next(each for each in before.store.every_file() if each.agreement == DOCKET)
    aside = before.settings.home / "aside"
    aside.mkdir()
    shutil.copy(before.store.path(file), aside)
    with pytest.raises(Misconfigured) as left:
        destroying.destroy(before, DOCKET, by="data-steward")
    assert left.value.code == "DESTRUCTION_INCOMPLETE"
    assert before.register.get(DOCKET).status is Status.DESTRUCTION_PENDING
    shutil.rmtree(aside)
    assert destroying.destroy(before, DOCKET, by="data-steward").items


def test_no_new_delivery_is_taken_under_it_and_no_keys_are_made_for_it_again(after: Services) -> None:
    folder = after.settings.home / "again"
    simulate(folder, households=30, months=2, seed=9, until=homes.UNTIL)
    agency = next(iter(after.register.get(DOCKET).terms)).partition(".")[0]
    with pytest.raises(NotActive):
        take_folder(intake_of(after), DatasetId(agency), folder / agency, known_on=None)
    assert not after.vault.has_keys(DOCKET)


def test_the_commands_show_destroy_certify_and_verify(before: Services, tmp_path: Path) -> None:
    home = str(before.settings.home)
    key = before.ledger.verifier_key
    close(before)

    def run(*words: str) -> Any:
        done = CliRunner().invoke(app, [*words, "--home", home, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    (waiting,) = run("certificate", "list")["certificates"]
    assert (waiting["agreement"], waiting["issued_at"]) == (DOCKET, None)
    preview = run("agreement", "destroy", DOCKET, "--dry-run")
    assert preview["frozen"] is False
    done = run("agreement", "destroy", DOCKET, "--out", str(tmp_path / "out"))
    assert done["items"] == preview["items"]
    assert run("certificate", "verify", DOCKET)["holds"] is True
    note = tmp_path / "out" / f"certificate-{DOCKET}.note"
    assert run("certificate", "show", DOCKET)["note"] == note.read_text(encoding="utf-8")
    offline = CliRunner().invoke(app, ["certificate", "verify", "--file", str(note), "--key", key, "--json"])
    assert json.loads(offline.stdout)["signed"] is True
    assert read_certificate(note.read_text(encoding="utf-8"), key).agreement == DOCKET
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".note", ".json", ".txt", ".html"}
    said = CliRunner().invoke(app, ["certificate", "show", DOCKET, "--home", home]).stdout
    assert "CERTIFICATE OF DESTRUCTION" in said
