"""Vendored files are what their note says, no more than the pages need."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

import console

STATIC = Path(console.__file__).parent / "static"
LINE = re.compile(r"^ {4}([0-9a-f]{64})  (\S+)$", re.MULTILINE)


@pytest.mark.parametrize("folder", ["uswds", "htmx"])
def test_vendored_files_are_unchanged(folder: str) -> None:
    noted = {name: digest for digest, name in LINE.findall((STATIC / folder / "VERSION.md").read_text("utf-8"))}
    files = [path for path in (STATIC / folder).rglob("*") if path.is_file() and path.name != "VERSION.md"]
    found = {
        path.relative_to(STATIC / folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
    assert found == noted


@pytest.mark.parametrize("license", ["uswds/LICENSE.md", "htmx/LICENSE"])
def test_every_license_came_along(license: str) -> None:
    assert (STATIC / license).stat().st_size > 0


def test_it_is_less_than_three_megabytes() -> None:
    assert sum(path.stat().st_size for path in STATIC.rglob("*") if path.is_file()) < 3_000_000


def test_our_own_styles_load_nothing() -> None:
    assert "url(" not in (STATIC / "hearthline/console.css").read_text("utf-8")
