"""Where secrets rest. A file in home by default; a hardware module or a key service fits the same shape."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Protocol


class KeyStore(Protocol):
    """Named secrets. Names are paths of lower-case words (`keyring/DULA-2026-001`)."""

    def get(self, name: str) -> bytes | None:
        """The secret by that name, or None."""
        ...

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret; durable before this returns; replaces what was there as a whole or not at all."""
        ...

    def destroy(self, name: str) -> None:
        """Forget a secret for good; forgetting one that is not there is done already."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """A context in which nobody else changes anything."""
        ...


class FileKeyStore:
    """Secrets as files that only the owner may read.

    Args:
        folder: made when the first secret is kept. Never back it up together with the data.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> bytes | None:
        """The secret by that name, or None."""
        try:
            return self._file(name).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret: written beside, flushed to disk, then renamed into place."""
        file = self._file(name)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, beside = tempfile.mkstemp(dir=file.parent, prefix=".new-")  # mkstemp makes it 0600
        with os.fdopen(handle, "wb") as out:
            out.write(secret)
            out.flush()
            os.fsync(out.fileno())
        Path(beside).replace(file)
        _sync_folder(file.parent)

    def destroy(self, name: str) -> None:
        """Overwrite, then unlink. On a copying file system the overwrite is a courtesy, not a proof."""
        file = self._file(name)
        if not file.exists():
            return
        with file.open("r+b") as out:
            out.write(os.urandom(file.stat().st_size))
            out.flush()
            os.fsync(out.fileno())
        file.unlink()
        _sync_folder(file.parent)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store's lock file, across processes."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _file(self, name: str) -> Path:
        file = self._folder / f"{name}.key"
        if not file.resolve().is_relative_to(self._folder.resolve()):
            raise ValueError("a secret's name stays inside the store")
        return file


class MemoryKeyStore:
    """Secrets in memory: gone with the process. For tests and for trying things out."""

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}
        self._lock = RLock()

    def get(self, name: str) -> bytes | None:
        """The secret by that name, or None."""
        return self._secrets.get(name)

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret."""
        self._secrets[name] = secret

    def destroy(self, name: str) -> None:
        """Forget a secret."""
        self._secrets.pop(name, None)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock, across threads."""
        with self._lock:
            yield


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
