"""The vault: keys that differ, seals that hold, and destruction that is final."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.keystore import FileKeyStore, KeyStore, MemoryKeyStore
from governance.vault import Vault

ONE, TWO = AgreementId("DULA-1"), AgreementId("DULA-2")
DATA = DatasetId("a.b")


@pytest.fixture(params=["file", "memory"])
def keystore(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    return FileKeyStore(tmp_path / "vault") if request.param == "file" else MemoryKeyStore()


@pytest.fixture
def vault(keystore: KeyStore) -> Vault:
    made = Vault(keystore)
    made.prepare()
    return made


def test_every_agreement_dataset_month_and_field_has_a_key_of_its_own(vault: Vault) -> None:
    keys = [
        vault.write_keys(agreement, dataset, month, [field])[field]
        for agreement in (ONE, TWO)
        for dataset in (DATA, DatasetId("a.c"))
        for month in ("2026-01", "2026-02")
        for field in ("x", "y")
    ]
    assert len(set(keys)) == len(keys) == 16
    assert {len(key) for key in keys} == {32}


def test_a_key_that_was_made_is_found_again_by_another_vault_on_the_same_store(keystore: KeyStore) -> None:
    vault = Vault(keystore)
    vault.prepare()
    made = vault.write_keys(ONE, DATA, "2026-01", ["x"])
    assert Vault(keystore).read_keys(ONE, DATA, "2026-01", ["x"]) == made
    assert vault.write_keys(ONE, DATA, "2026-01", ["x"]) == made


def test_keys_made_for_several_months_are_those_that_each_month_gets(vault: Vault) -> None:
    made = vault.write_keys(ONE, DATA, "2026-01", ["x"])
    vault.make_keys(ONE, DATA, ["2026-01", "2026-02"], ["x", "y"])
    assert vault.write_keys(ONE, DATA, "2026-01", ["x"]) == made
    read = vault.read_keys(ONE, DATA, "2026-02", ["x", "y"])
    assert vault.write_keys(ONE, DATA, "2026-02", ["x", "y"]) == read
    assert len({*made.values(), *read.values(), *vault.read_keys(ONE, DATA, "2026-01", ["y"]).values()}) == 4


def test_keys_that_another_process_made_or_destroyed_are_seen_at_once(keystore: KeyStore) -> None:
    vault, other = Vault(keystore), Vault(keystore)
    vault.prepare()
    vault.write_keys(ONE, DATA, "2026-01", ["x"])
    made = other.write_keys(ONE, DATA, "2026-02", ["x"])
    assert vault.read_keys(ONE, DATA, "2026-02", ["x"]) == made
    other.destroy(ONE)
    with pytest.raises(Misconfigured) as gone:
        vault.read_keys(ONE, DATA, "2026-02", ["x"])
    assert gone.value.code == "KEY_DESTROYED"


def test_preparing_twice_keeps_the_first_key(vault: Vault) -> None:
    made = vault.write_keys(ONE, DATA, "2026-01", ["x"])
    vault.prepare()
    assert vault.read_keys(ONE, DATA, "2026-01", ["x"]) == made


def test_destroying_an_agreements_keys_leaves_the_others(vault: Vault) -> None:
    vault.write_keys(ONE, DATA, "2026-01", ["x"])
    kept = vault.write_keys(TWO, DATA, "2026-01", ["x"])
    sealed = vault.seal(b"secret", [ONE], "here")
    vault.destroy(ONE)
    with pytest.raises(Misconfigured) as gone:
        vault.read_keys(ONE, DATA, "2026-01", ["x"])
    assert gone.value.code == "KEY_DESTROYED"
    with pytest.raises(Misconfigured):
        vault.unseal(sealed, "here")
    assert vault.read_keys(TWO, DATA, "2026-01", ["x"]) == kept


def test_a_value_of_two_agreements_needs_both_their_keys(vault: Vault) -> None:
    sealed = vault.seal(b"secret", [TWO, ONE], "here")
    assert vault.owners(sealed) == (ONE, TWO)
    assert vault.unseal(sealed, "here") == b"secret"
    vault.destroy(TWO)
    with pytest.raises(Misconfigured):
        vault.unseal(sealed, "here")


def test_a_sealed_value_opens_only_where_it_belongs(vault: Vault) -> None:
    sealed = vault.seal(b"secret", [ONE], "task:a")
    with pytest.raises(Misconfigured) as moved:
        vault.unseal(sealed, "task:b")
    assert moved.value.code == "SEAL_BROKEN"


def test_without_the_installations_key_nothing_opens(keystore: KeyStore) -> None:
    vault = Vault(keystore)
    vault.prepare()
    sealed = vault.seal(b"secret", [ONE], "here")
    keystore.destroy("master")
    with pytest.raises(Misconfigured) as missing:
        vault.unseal(sealed, "here")
    assert missing.value.code == "KEY_MISSING"


def test_a_pseudonym_is_steady_under_one_agreement_and_another_under_the_next(vault: Vault) -> None:
    assert vault.pseudonym(ONE, "x") == vault.pseudonym(ONE, "x")
    assert vault.pseudonym(ONE, "x") != vault.pseudonym(TWO, "x")
    assert vault.pseudonym(ONE, "x") != vault.pseudonym(ONE, "y")


def test_key_files_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    vault = Vault(FileKeyStore(tmp_path / "vault"))
    vault.prepare()
    vault.write_keys(ONE, DATA, "2026-01", ["x"])
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "vault").rglob("*.key")} == {0}


def test_a_secrets_name_cannot_leave_the_store(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="inside"):
        FileKeyStore(tmp_path / "vault").get("../outside")


_vault = Vault(MemoryKeyStore())
_vault.prepare()


@given(st.binary(max_size=200), st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_sealed_value_with_any_changed_byte_does_not_open(plaintext: bytes, place: int, change: int) -> None:
    sealed = bytearray(_vault.seal(plaintext, [ONE], "here"))
    start = 4 + int.from_bytes(sealed[:4], "big")  # behind the head, which only names keys
    where = start + place % (len(sealed) - start)
    sealed[where] ^= change
    with pytest.raises(Misconfigured):
        _vault.unseal(bytes(sealed), "here")
