"""A log in a folder: what an auditor takes away, and checks with nothing but the public key and this package."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from governance.ledger import merkle, standalone
from governance.ledger.tile import write_tiles
from governance.ledger.verification import StoredEntry, StoredHead, StoredLog, Verification, verify_log

_ENTRIES, _CHECKPOINT, _CHECKPOINTS, _KEY = "entries.jsonl", "checkpoint", "checkpoints.json", "key.txt"
_WITNESSED, _VERIFIER = "witnessed", "verify.py"


def write_export(folder: Path, log: StoredLog, verifier: str) -> None:
    """Write a log to a folder.

    `entries.jsonl` holds the canonical texts, a line each; `checkpoint` the signed head (C2SP tlog-checkpoint);
    `checkpoints.json` those kept on the way; `key.txt` the verifier key, for comparing with the one that is trusted;
    `witnessed` the head with the signatures of witnesses, where the newest one has any. `verify.py` checks all of it
    with nothing but Python.

    Args:
        folder: where; made where it is missing.
        log: what `verification.stored` gives.
        verifier: the log's public key.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _ENTRIES).open("wb") as out:
        for row in log.entries:
            out.write(row.raw + b"\n")
    head = log.heads[0].note if log.heads else ""
    (folder / _CHECKPOINT).write_bytes(str(head).encode())
    (folder / _CHECKPOINTS).write_bytes(json.dumps(dict(log.checkpoints), ensure_ascii=False).encode())
    (folder / _KEY).write_bytes(f"{verifier}\n".encode())
    (folder / _VERIFIER).write_bytes(Path(standalone.__file__).read_bytes())
    if log.witnessed:
        (folder / _WITNESSED).write_bytes(log.witnessed.encode())
    else:
        (folder / _WITNESSED).unlink(missing_ok=True)  # of an export that stood here before


def write_tiled(folder: Path, log: StoredLog) -> None:
    """Write a log as C2SP tlog-tiles into the folder of its export: the same entries, as foreign verifiers read them.

    Raises:
        Misconfigured: `ENTRY_TOO_LONG` for an entry that the format cannot hold.
    """
    shutil.rmtree(folder / "tile", ignore_errors=True)  # of an export that stood here before
    write_tiles(folder, (row.raw for row in log.entries), str(log.heads[0].note) if log.heads else "")


def verify_export(folder: Path, verifier: str) -> Verification:
    """Check an exported log. Never raises for a broken one: what is wrong is what it returns.

    Args:
        folder: what `write_export` wrote.
        verifier: the public key that is trusted; never the one that lies in the folder.
    """
    try:
        note = (folder / _CHECKPOINT).read_bytes().decode()
        checkpoints = json.loads((folder / _CHECKPOINTS).read_bytes())
        kept = {int(size): str(note) for size, note in checkpoints.items()}
        heads = (StoredHead(note=note),) if note else ()
        return verify_log(StoredLog(entries=_entries(folder / _ENTRIES), heads=heads, checkpoints=kept), verifier)
    except (OSError, ValueError, AttributeError, RecursionError) as unreadable:
        problem = f"The export cannot be read ({type(unreadable).__name__})."
        return Verification(size=0, root=merkle.EMPTY_ROOT, signed=False, verified=False, problems=(problem,))


def _entries(file: Path) -> Iterator[StoredEntry]:
    """The lines of a file, one by one. A last line that was cut short is a line too."""
    with file.open("rb") as lines:
        for line in lines:
            yield StoredEntry(text=line.removesuffix(b"\n").decode())
