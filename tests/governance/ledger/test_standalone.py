"""The verifier that an export carries: it needs Python and nothing else, and no changed byte passes it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from governance.database import connect, sqlite_url
from governance.ledger import Ledger
from governance.ledger.cosign import witness_key
from governance.ledger.standalone import check, signed
from governance.ledger.witness import Witness
from governance.ledger.witnessing import Witnessing
from tests.governance.ledger.logs import NOW, filled

WITNESS = Ed25519PrivateKey.from_private_bytes(b"a witness of the tests, no more!")
WITNESS_KEY = witness_key("witness.example/one", WITNESS.public_key())
COUNTING = ("entries.jsonl", "checkpoint", "checkpoints.json", "key.txt", "witnessed")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An export of a log with two kept heads, the second of them witnessed; and the log's key."""
    folder = tmp_path_factory.mktemp("log")
    engine = connect(sqlite_url(folder / "ledger.db"))
    ledger = filled(engine, 260)
    ledger.checkpoint()
    more(ledger, 3)
    ledger.checkpoint()
    witnessing = Witnessing(engine, ledger)
    witness = Witness("witness.example/one", WITNESS, ledger.verifier_key, folder / "memory.json")
    witnessing.keep(263, witness.sign(witnessing.request(0), NOW + timedelta(hours=1)), WITNESS_KEY)
    more(ledger, 2)
    ledger.export(folder / "out", tiles=True)
    return folder / "out", ledger.verifier_key


def more(ledger: Ledger, count: int) -> None:
    ledger.append_many([("thing.happened", f"more-{number}", {"é": number}) for number in range(count)])


def ran(folder: Path, *words: str) -> tuple[int, str]:
    """The verifier as an auditor runs it: isolated, so that nothing of ours can be imported."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    return done.returncode, done.stdout + done.stderr


def test_an_export_holds_with_the_public_key_and_nothing_else(exported: tuple[Path, str]) -> None:
    folder, key = exported
    code, told = ran(folder, key)
    assert code == 0, told
    assert told.startswith("HOLDS: 265 entries, 4 heads")
    assert "Not proved:" in told


def test_a_witness_that_is_named_must_have_signed(exported: tuple[Path, str]) -> None:
    folder, key = exported
    code, told = ran(folder, key, "--witness", WITNESS_KEY)
    assert code == 0 and "witnessed up to entry 263 by witness.example/one" in told
    stranger = witness_key("witness.example/two", Ed25519PrivateKey.generate().public_key())
    code, told = ran(folder, key, "--witness", WITNESS_KEY, "--witness", stranger)
    assert code == 1 and "1 of the 2 witnesses" in told
    assert ran(folder, key, "--witness", WITNESS_KEY, "--witness", stranger, "--quorum", "1")[0] == 0


def test_another_key_or_none_or_a_missing_file_does_not_hold(exported: tuple[Path, str], tmp_path: Path) -> None:
    folder, key = exported
    engine = connect(sqlite_url(tmp_path / "other.db"))
    other = Ledger(engine, key=Ed25519PrivateKey.generate(), origin="test.example/ledger", clock=None).verifier_key  # type: ignore[arg-type]
    assert ran(folder, other)[0] == 1
    assert ran(folder, "nonsense")[0] == 1
    assert ran(folder)[0] == 2
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "checkpoints.json").unlink()
    assert ran(copy, key)[0] == 1


@given(data=st.data())
@tries(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
def test_no_changed_byte_passes(
    exported: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder, key = exported
    tiles = [str(file.relative_to(folder)) for file in (folder / "tile").rglob("*") if file.is_file()]
    name = data.draw(st.sampled_from([*COUNTING, *sorted(tiles)]))
    raw = (folder / name).read_bytes()
    place, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(1, 255))
    copy = tmp_path_factory.mktemp("copy") / "out"
    shutil.copytree(folder, copy)
    (copy / name).write_bytes(raw[:place] + bytes([raw[place] ^ bit]) + raw[place + 1 :])
    try:
        problems, _ = check(copy, key, [WITNESS_KEY], None)
    except (OSError, ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError):
        return
    finally:
        shutil.rmtree(copy.parent)
    assert problems


@pytest.mark.parametrize("cut", ["first", "last", "swapped", "added"])
def test_a_line_dropped_added_or_moved_does_not_pass(exported: tuple[Path, str], tmp_path: Path, cut: str) -> None:
    folder, key = exported
    lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
    changed = {
        "first": lines[1:],
        "last": lines[:-1],
        "swapped": [lines[1], lines[0], *lines[2:]],
        "added": [*lines, lines[-1]],
    }[cut]
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "entries.jsonl").write_bytes(b"".join(changed))
    assert ran(copy, key)[0] == 1


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 63), st.integers(1, 255))
@tries(max_examples=25)
def test_its_own_ed25519_agrees_with_the_librarys(seed: bytes, message: bytes, place: int, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert signed(public, message, signature)
    assert not signed(public, message + b"!", signature)
    assert not signed(public, message, signature[:place] + bytes([signature[place] ^ bit]) + signature[place + 1 :])


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (  # RFC 8032, section 7.1, tests 1 to 3
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_the_standards_own_signatures_hold(public: str, message: str, signature: str) -> None:
    assert signed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
