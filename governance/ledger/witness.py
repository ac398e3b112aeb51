"""A witness: another office that remembers the last head it saw, and signs the next one only if it grows out of that.

A request is the body that C2SP tlog-witness gives to `add-checkpoint`: the old size, the consistency proof, an empty
line, the checkpoint. It can travel as a file; the answer is a signature line, which goes back the same way. A witness
needs the log's public key, a key of its own, and a file to remember by; nothing else of this program, and no database.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.errors import LedgerBroken, Misconfigured
from governance.ledger import merkle
from governance.ledger.cosign import cosign
from governance.ledger.note import Head, decode, open_note

_DO = "Ask the log's keeper what became of the entries in between, and tell your privacy officer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a log asks of a witness: to sign a checkpoint that grows out of the one at `old`."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """The request as it travels (tlog-witness, "add-checkpoint")."""
        lines = [f"old {self.old}", *(base64.b64encode(step).decode() for step in self.proof), "", self.note]
        return "\n".join(lines)


def read_request(text: str) -> Request:
    """The request in a text.

    Raises:
        Misconfigured: `WITNESS_REQUEST` where it is not one.
    """
    head, _, note = text.partition("\n\n")
    first, *proof = head.split("\n")
    try:
        return Request(old=_size(first), proof=tuple(decode(line) for line in proof), note=note)
    except ValueError:
        what = "That is not a request to a witness."
        raise Misconfigured(what, "Make one with `hearthline ledger ask-witness`.", code="WITNESS_REQUEST") from None


def _size(line: str) -> int:
    word, _, old = line.partition(" ")
    if word != "old" or not old.isascii() or not old.isdigit() or old != str(int(old)):
        raise ValueError("no old size")
    return int(old)


class Witness:
    """Signs heads that grow, and remembers the last one.

    Args:
        name: the witness's, in its signatures.
        key: the witness's.
        log: the log's public key, as a verifier key.
        memory: the file that remembers; made when the first head is signed.
    """

    def __init__(self, name: str, key: Ed25519PrivateKey, log: str, memory: Path) -> None:
        self._name = name
        self._key = key
        self._log = log
        self._memory = memory

    def remembers(self) -> tuple[int, bytes]:
        """Size and root of the last head it signed; of an empty log before the first."""
        if not self._memory.exists():
            return 0, merkle.EMPTY_ROOT
        kept = json.loads(self._memory.read_text(encoding="utf-8"))
        return int(kept["size"]), bytes.fromhex(kept["root"])

    def sign(self, request: Request, at: datetime) -> str:
        """Sign a checkpoint, and remember it before the signature is given out.

        Args:
            request: what the log asks.
            at: this instant.

        Returns:
            The signature line.

        Raises:
            Misconfigured: `WITNESS_SIZE` where the request starts from another size than the last one signed.
            LedgerBroken: the checkpoint is not the log's, or does not grow out of what was signed before.
        """
        size, root = self.remembers()
        if request.old != size:
            what = f"This witness last signed {size} entries; the request starts from {request.old}."
            raise Misconfigured(what, f"Ask again with --old {size}.", code="WITNESS_SIZE")
        head = self._head(request.note)
        if not _grows(size, root, head, request.proof):
            raise LedgerBroken(f"The head at {head.size} does not grow out of the one at {size} that was signed.", _DO)
        line = cosign(request.note, self._name, self._key, at)
        self._remember(head)
        return line

    def _head(self, note: str) -> Head:
        try:
            return open_note(note, self._log)
        except ValueError:
            raise LedgerBroken("The checkpoint is not signed by the log that this witness watches.", _DO) from None

    def _remember(self, head: Head) -> None:
        document = json.dumps({"size": head.size, "root": head.root.hex()})
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=self._memory.parent, prefix=".new-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(document)
            out.flush()
            os.fsync(out.fileno())
        Path(beside).replace(self._memory)


def _grows(size: int, root: bytes, head: Head, proof: Sequence[bytes]) -> bool:
    if size == 0:
        return not proof  # everything grows out of nothing, and nothing is proved by it
    return merkle.verify_consistency(size, head.size, root, head.root, proof)
