"""What is committed: no place of one machine, no registry's host, no secret, and nothing that names a real person."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import ROOT, committed

PLACES = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]+|Users/[A-Za-z]+|tmp/lab)/")
HOSTS = re.compile(
    r"pypi\.(?:org|python)|pythonhosted|registry\.npm|npmjs\.(?:org|com)/-/|deb\.debian|anaconda\.org|index[-_]url\s*=|"
    r"resolved\"\s*:\s*\"http",
    re.IGNORECASE,
)
SECRETS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bAC[0-9a-f]{32}\b|\bSK[0-9a-f]{32}\b")
PHONE = re.compile(r"(?<![\w.-])(?:\+1[ -]?)?\(?([2-9]\d{2})\)?[ -](\d{3})-(\d{4})(?![\w-])")
VENDORED = ("console/static/",)
LIMIT = 2 * 1024 * 1024


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert _found(PLACES) == []


def test_no_file_names_a_package_registrys_host() -> None:
    assert _found(HOSTS) == []


def test_no_file_holds_a_secret() -> None:
    assert _found(SECRETS) == []


def test_every_phone_number_is_an_invented_one() -> None:
    numbers = [
        f"{path.relative_to(ROOT)}: {number[0]}"
        for path, text in _texts()
        for number in PHONE.finditer(text)
        if "555" not in (number[1], number[2])
    ]
    assert numbers == []


def test_no_file_is_larger_than_what_a_person_would_review() -> None:
    assert [str(path) for path in committed() if path.stat().st_size > LIMIT] == []


def test_nothing_that_is_made_or_secret_is_committed() -> None:
    suffixes = {".db", ".pem", ".key", ".parquet", ".pyc", ".whl", ".sqlite"}
    assert [str(path) for path in committed() if path.suffix in suffixes] == []


def _texts() -> list[tuple[Path, str]]:
    found = []
    for path in committed():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(VENDORED) and path != Path(__file__).resolve():
            found.append((path, path.read_text(encoding="utf-8", errors="replace")))
    return found


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := pattern.search(line))
    ]
