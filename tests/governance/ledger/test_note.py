"""Signed notes and checkpoints: as C2SP signed-note and tlog-checkpoint have them, and nothing that is nearly so."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.ledger import merkle
from governance.ledger.note import open_note, read_verifier_key, sign, verified_text, verifier_key
from tests.governance.ledger.logs import KEY, ORIGIN

VERIFIER = verifier_key(ORIGIN, KEY.public_key())
ROOT = base64.b64encode(merkle.EMPTY_ROOT).decode()
OTHER = Ed25519PrivateKey.from_private_bytes(b"not a secret: a witness's test k")

# The example of Go's sumdb/note, from which signed-note comes: written and signed by nobody here.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NEUMANN_NOTE = (
    NEUMANN_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def signature(text: str, *, name: str = ORIGIN, key: Ed25519PrivateKey = KEY) -> str:
    """A signature line, written from the specification and not by the code under test."""
    public = key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    return f"— {name} {base64.b64encode(key_id + key.sign(text.encode())).decode()}\n"


def signed(text: str) -> str:
    return f"{text}\n{signature(text)}"


def test_a_note_that_others_signed_opens() -> None:
    assert verified_text(NEUMANN_NOTE, NEUMANN) == NEUMANN_TEXT
    with pytest.raises(ValueError, match="does not hold"):
        verified_text(NEUMANN_NOTE.replace("problem,", "problem;"), NEUMANN)


def test_a_checkpoint_is_origin_size_root_a_blank_line_and_a_signature() -> None:
    text = f"{ORIGIN}\n0\n{ROOT}\n"
    assert sign(ORIGIN, KEY, 0, merkle.EMPTY_ROOT).note == f"{text}\n{signature(text)}"


def test_a_verifier_key_is_name_hash_and_key() -> None:
    public = KEY.public_key().public_bytes_raw()
    name, digest, encoded = VERIFIER.split("+", 2)
    assert name == ORIGIN
    assert bytes.fromhex(digest) == hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]
    assert base64.b64decode(encoded) == b"\x01" + public
    assert read_verifier_key(VERIFIER) == (ORIGIN, public)


@pytest.mark.parametrize("size", [0, 1, 9, 10, 20852163, 2**40])
def test_what_was_signed_opens(size: int) -> None:
    root = hashlib.sha256(str(size).encode()).digest()
    head = sign(ORIGIN, KEY, size, root)
    assert open_note(head.note, VERIFIER) == head


def test_extension_lines_are_allowed() -> None:
    assert open_note(signed(f"{ORIGIN}\n0\n{ROOT}\nan extension\n"), VERIFIER).size == 0


def test_signatures_of_others_are_passed_over_wherever_they_stand() -> None:
    text = f"{ORIGIN}\n0\n{ROOT}\n"
    witness = signature(text, name="witness.example", key=OTHER)
    same_name = signature(text, key=OTHER)
    for lines in (witness + signature(text), signature(text) + witness + same_name):
        assert open_note(f"{text}\n{lines}", VERIFIER).size == 0
    with pytest.raises(ValueError, match="not signed by that key"):
        open_note(f"{text}\n{witness}{same_name}", VERIFIER)


def test_one_signature_of_ours_that_does_not_hold_spoils_the_note() -> None:
    text = f"{ORIGIN}\n0\n{ROOT}\n"
    wrong = signature("something else\n")
    for lines in (wrong, wrong + signature(text), signature(text) + wrong):
        with pytest.raises(ValueError, match="does not hold"):
            open_note(f"{text}\n{lines}", VERIFIER)


@pytest.mark.parametrize(
    "text",
    [
        f"other.example\n0\n{ROOT}\n",
        f"{ORIGIN}\n00\n{ROOT}\n",
        f"{ORIGIN}\n01\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n1e3\n{ROOT}\n",
        f"{ORIGIN}\n٣\n{ROOT}\n",
        f"{ORIGIN}\n\n{ROOT}\n",
        f"{ORIGIN}\n0\n",
        f"{ORIGIN}\n0\n{ROOT[:-4]}\n",
        f"{ORIGIN}\n0\n{ROOT[:-2]}W=\n",
        f"{ORIGIN}\n0\n{ROOT}\n\nan extension after an empty line\n",
        f"{ORIGIN}\n0\n{ROOT}\nan\textension\n",
        f"{ORIGIN}\r\n0\n{ROOT}\n",
    ],
)
def test_a_text_that_is_no_checkpoint_does_not_open_even_where_it_is_signed(text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        open_note(signed(text), VERIFIER)


def test_a_note_in_another_shape_does_not_open() -> None:
    text = f"{ORIGIN}\n0\n{ROOT}\n"
    line = signature(text)
    shapes = [
        "",
        text,
        text + line,
        f"{text}\n",
        f"{text}\n{line[:-1]}",
        f"{text}\n{line}\n",
        f"{text}\n{line.replace('—', '-')}",
        f"{text}\n{line.replace(' ', '  ')}",
        f"{text}\n{line}— witness.example\n",
        f"{text}\n{line}— witness.example AAAA\n",
        f"{text}\n{line}— witness.example !!!!!!!!\n",
        f"{text}\n{line * 101}",
    ]
    for shape in shapes:
        with pytest.raises(ValueError, match="not"):
            open_note(shape, VERIFIER)


@pytest.mark.parametrize("name", ["", "with space", "with+plus", "with\u00a0space", "with\nline"])
def test_a_name_that_a_note_cannot_carry_makes_no_key(name: str) -> None:
    with pytest.raises(ValueError, match="neither space nor plus"):
        verifier_key(name, KEY.public_key())


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+00000000", VERIFIER[:-4], VERIFIER.replace(ORIGIN, "other.example"), f"{VERIFIER} ", "a+b+c+d"],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        read_verifier_key(text)
