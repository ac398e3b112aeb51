"""Releasing: tables that leave, from a file that somebody wrote to the files that its readers get."""

from __future__ import annotations

import csv
from pathlib import Path

from flows.services import Services
from governance.disclosure.published import Published
from governance.disclosure.release import Proposal, Releases
from governance.disclosure.release_file import read_release


def releases_of(house: Services) -> Releases:
    """The published tables of an installation."""
    return Releases(house.engine, house.ledger, house.register, house.gate)


def check(house: Services, file: Path, *, by: str, role: str) -> Proposal:
    """What would be published of a file, and what stands against it. Nothing is written down.

    Args:
        house: the installation.
        file: the release; see `governance.disclosure.release_file`.
        by: who would publish it, a staff id.
        role: as what.

    Raises:
        Misconfigured: the file cannot be understood, or the table not published at all.
    """
    document, cube = read_release(file)
    return releases_of(house).check(cube, document.use(house.person(by, role)))


def publish(house: Services, file: Path, folder: Path, *, by: str, role: str, why: str) -> Published:
    """Publish a file's table, and write it where its readers can be given it from.

    Args:
        house: the installation.
        file: the release.
        folder: where the table goes: as CSV, as the canonical JSON that the ledger's hash is of, and the note.
        by: who publishes it, a staff id.
        role: as what.
        why: for the log.

    Raises:
        Refused: with every clause that failed; it stands in the ledger.
        Misconfigured: as for `check`.
    """
    document, cube = read_release(file)
    table = releases_of(house).publish(cube, document.use(house.person(by, role)), why=why)
    write(table, folder)
    return table


def write(table: Published, folder: Path) -> None:
    """Write a published table to a folder: `<id>.csv`, `<id>.json`, `<id>.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{table.id}.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(table.rows())
    (folder / f"{table.id}.json").write_text(table.text(), encoding="utf-8")
    (folder / f"{table.id}.txt").write_text(f"{table.title}\n{table.note()}\n", encoding="utf-8")
