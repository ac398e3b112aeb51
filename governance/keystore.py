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

_BESIDE = ".new-"


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

    def names(self, folder: str) -> list[str]:
        """The names of the secrets right below a folder (`keyring`), in order."""
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
        handle, beside = tempfile.mkstemp(dir=file.parent, prefix=_BESIDE)  # mkstemp makes it 0600
        with os.fdopen(handle, "wb") as out:
            out.write(secret)
            out.flush()
            os.fsync(out.fileno())
        Path(beside).replace(file)
        _sync_folder(file.parent)

    def destroy(self, name: str) -> None:
        """Overwrite, then unlink, and with it what a `put` that broke off left beside it.

        On a copying file system the overwrite is a courtesy, not a proof.
        """
        file = self._file(name)
        if not file.parent.is_dir():
            return
        for each in (file, *file.parent.glob(f"{_BESIDE}*")):
            if each.exists():
                _shred(each)
        _sync_folder(file.parent)

    def names(self, folder: str) -> list[str]:
        """The names of the secrets right below a folder, in order."""
        return sorted(f"{folder}/{file.stem}" for file in (self._folder / folder).glob("*.key"))

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

    def names(self, folder: str) -> list[str]:
        """The names of the secrets right below a folder, in order."""
        return sorted(name for name in self._secrets if name.rpartition("/")[0] == folder)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock, across threads."""
        with self._lock:
            yield


def _shred(file: Path) -> None:
    with file.open("r+b") as out:
        out.write(os.urandom(file.stat().st_size))
        out.flush()
        os.fsync(out.fileno())
    file.unlink()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
