"""Keyrings: what is destroyed stays so, whatever is put back, and everything else goes on opening."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.destruction.tombstone import KEYS_DESTROYED, Tombstones
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.keystore import FileKeyStore, KeyStore, MemoryKeyStore
from governance.ledger import Ledger
from governance.vault import Vault
from tests.governance.papers import usual

ONE, TWO = AgreementId("DULA-1"), AgreementId("DULA-2")
DATA, MONTH = DatasetId("a.b"), "2026-01"


@pytest.fixture(params=["file", "memory"])
def keystore(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    return FileKeyStore(tmp_path / "vault") if request.param == "file" else MemoryKeyStore()


@pytest.fixture
def vault(keystore: KeyStore) -> Vault:
    made = Vault(keystore)
    made.prepare()
    for agreement in (ONE, TWO):
        made.write_keys(agreement, DATA, MONTH, ["x", "y"])
    return made


@pytest.fixture
def ledger() -> Ledger:
    return usual().ledger


def gone(vault: Vault, agreement: AgreementId = ONE) -> None:
    """Make sure that nothing opens, and nothing is made."""
    for attempt in (
        lambda: vault.read_keys(agreement, DATA, MONTH, ["x"]),
        lambda: vault.write_keys(agreement, DATA, MONTH, ["x"]),
        lambda: vault.make_keys(agreement, DATA, [MONTH], ["x"]),
        lambda: vault.seal(b"secret", [TWO, agreement], "here"),
        lambda: vault.pseudonym(agreement, "x"),
    ):
        with pytest.raises(Misconfigured) as destroyed:
            attempt()
        assert destroyed.value.code == "KEY_DESTROYED"


def test_no_key_is_made_again_for_what_was_destroyed_also_by_the_next_process(vault: Vault, keystore: KeyStore) -> None:
    vault.destroy(ONE)
    gone(vault)
    gone(Vault(keystore))
    assert not vault.has_keys(ONE)
    assert vault.is_destroyed(ONE)


def test_what_was_never_there_can_be_destroyed_and_then_never_comes(vault: Vault) -> None:
    other = AgreementId("DULA-3")
    vault.destroy(other)
    gone(vault, other)


def test_a_keyring_that_is_put_back_does_not_count(vault: Vault, keystore: KeyStore) -> None:
    ring = keystore.get(f"keyring/{ONE}")
    assert ring is not None
    vault.destroy(ONE)
    keystore.put(f"keyring/{ONE}", ring)
    gone(Vault(keystore))
    assert vault.has_keys(ONE)
    keystore.destroy(f"tombstone/{ONE}")
    gone(Vault(keystore))  # it is wrapped under a key that is gone, too


def test_a_whole_key_store_that_is_put_back_does_not_count_while_the_ledger_knows_better(ledger: Ledger) -> None:
    old = MemoryKeyStore()
    vault = Vault(old, Tombstones(ledger))
    vault.prepare()
    sealed = vault.seal(b"secret", [ONE], "here")
    ledger.append(KEYS_DESTROYED, ONE, {"by": "steward-1"})
    gone(vault)
    with pytest.raises(Misconfigured):
        vault.unseal(sealed, "here")
    assert Vault(old).unseal(sealed, "here") == b"secret"  # why the ledger is asked


def test_tombstones_are_read_as_they_come_and_only_for_what_they_name(ledger: Ledger) -> None:
    stones = Tombstones(ledger)
    assert ONE not in stones
    ledger.append(KEYS_DESTROYED, TWO, {"by": "steward-1"})
    assert ONE not in stones
    assert TWO in stones
    ledger.append(KEYS_DESTROYED, ONE, {"by": "steward-1"})
    assert ONE in stones
    assert 7 not in stones
    assert ONE in Tombstones(ledger)


def test_the_installations_key_is_another_afterwards_and_everything_else_opens_with_it(
    vault: Vault, keystore: KeyStore
) -> None:
    master = keystore.get("master")
    kept, sealed = vault.read_keys(TWO, DATA, MONTH, ["x", "y"]), vault.seal(b"secret", [TWO], "here")
    name = vault.pseudonym(TWO, "somebody")
    vault.destroy(ONE)
    assert keystore.get("master") not in {None, master}
    assert keystore.get("master.next") is None
    for each in (vault, Vault(keystore)):
        assert each.read_keys(TWO, DATA, MONTH, ["x", "y"]) == kept
        assert each.unseal(sealed, "here") == b"secret"
        assert each.pseudonym(TWO, "somebody") == name


class Dying(MemoryKeyStore):
    """A key store whose process dies at its nth change."""

    left = 10_000

    def put(self, name: str, secret: bytes) -> None:
        self._step()
        super().put(name, secret)

    def destroy(self, name: str) -> None:
        self._step()
        super().destroy(name)

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("step", range(7))
def test_broken_off_anywhere_nothing_else_is_lost_and_the_next_try_ends_it(step: int) -> None:
    keystore = Dying()
    vault = Vault(keystore)
    vault.prepare()
    vault.write_keys(ONE, DATA, MONTH, ["x"])
    kept = vault.write_keys(TWO, DATA, MONTH, ["x"])
    keystore.left = step
    with pytest.raises(KeyboardInterrupt):
        vault.destroy(ONE)
    keystore.left = 10_000
    survivor = Vault(keystore)
    survivor.prepare()
    assert survivor.read_keys(TWO, DATA, MONTH, ["x"]) == kept
    more = survivor.write_keys(TWO, DATA, "2026-02", ["x"])
    survivor.destroy(ONE)
    gone(survivor)
    assert not survivor.has_keys(ONE)
    assert survivor.read_keys(TWO, DATA, MONTH, ["x"]) == kept
    assert survivor.read_keys(TWO, DATA, "2026-02", ["x"]) == more


def test_those_are_all_its_steps() -> None:
    keystore = Dying()
    vault = Vault(keystore)
    vault.prepare()
    vault.write_keys(ONE, DATA, MONTH, ["x"])
    vault.write_keys(TWO, DATA, MONTH, ["x"])
    keystore.left = 7
    vault.destroy(ONE)
    assert keystore.left == 0


def test_a_keyring_of_another_installation_is_not_written_over(vault: Vault, keystore: KeyStore) -> None:
    foreign = MemoryKeyStore()
    other = Vault(foreign)
    other.prepare()
    other.write_keys(ONE, DATA, MONTH, ["x"])
    ring = foreign.get(f"keyring/{ONE}")
    assert ring is not None
    keystore.put(f"keyring/{ONE}", ring)
    gone(vault)
    assert keystore.get(f"keyring/{ONE}") == ring


def test_the_fields_that_there_are_keys_for_are_named_without_opening_any(vault: Vault) -> None:
    vault.write_keys(ONE, DATA, "2026-02", ["x"])
    assert vault.fields(ONE) == {(DATA, "x"): ["2026-01", "2026-02"], (DATA, "y"): ["2026-01"]}
    vault.destroy(ONE)
    assert vault.fields(ONE) == {}


def test_a_copy_that_a_broken_off_write_left_goes_with_the_key(tmp_path: Path) -> None:
    keystore = FileKeyStore(tmp_path)
    vault = Vault(keystore)
    vault.prepare()
    vault.write_keys(ONE, DATA, MONTH, ["x"])
    left = tmp_path / "keyring" / ".new-left"
    left.write_bytes(keystore.get(f"keyring/{ONE}") or b"")
    vault.destroy(ONE)
    assert not left.exists()


def test_names_of_secrets_are_told_folder_by_folder(keystore: KeyStore) -> None:
    for name in ("b", "ring/two", "ring/one", "ring/deep/three"):
        keystore.put(name, b"secret")
    assert keystore.names("ring") == ["ring/one", "ring/two"]
    assert keystore.names("nothing") == []
