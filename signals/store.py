"""The sealed store: signal files that are ciphertext to whoever holds them, and the only door that reads them.

Files are Parquet under modular encryption (Apache Parquet format, "Parquet Modular Encryption"; here polars' own, an
API that polars calls unstable: it is used in this module only, and `tests/signals/test_store_conformance.py` holds it
to what is relied on). Each column has a key of its own per known-month; the footer, with the names and the number of
rows, has another. The file's id is bound in as associated data, so that one file cannot stand in for another.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
from sqlalchemy import Connection, Engine, delete, select

from governance.database import reading
from governance.errors import FieldNotListed, Misconfigured
from governance.ids import AgreementId, DatasetId, DeliveryId
from governance.opened import FOOTER, Opened
from signals.known_month import by_month, month_of
from signals.retention import kept, young
from signals.sealed_file import ATTRIBUTION, SIGNAL, SealedFile, identify, put, recall, sealed_file

_ORDER = (sealed_file.c.month, sealed_file.c.place, sealed_file.c.delivery, sealed_file.c.part)
_ALWAYS = ("_row", "_delivery", "_occurred_on", "_known_on", "_record", "_deleted_on")


class Store:
    """Seals frames and reads them back.

    Args:
        folder: where the files are.
        engine: the operational database, which knows which files count.
    """

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine

    def write(
        self,
        opened: Opened,
        *,
        dataset: DatasetId,
        delivery: DeliveryId,
        part: int,
        frame: pl.DataFrame,
        kind: str = SIGNAL,
        link: str = "",
        lineage: Iterable[AgreementId] = (),
    ) -> list[SealedFile]:
        """Seal a frame, one file per known-month. Writing the same again replaces the files by equal ones.

        Args:
            opened: a door for this dataset that may write (`ingest`, or `match` for what linkage adds).
            dataset: the dataset.
            delivery: the delivery that the rows came with.
            part: distinguishes batches of one delivery, from 0.
            frame: rows with `_known_on`; every column of it is sealed under a key of its own.
            kind: signal, quarantine or attribution.
            link: for an attribution, the link run that made it.
            lineage: agreements that the rows were derived from, besides the door's own.

        Returns:
            What was written; readers see it once `record` has been committed.

        Raises:
            Refused: the gate's answer now, or a column outside the grant.
        """
        files: list[SealedFile] = []
        for month, rows in by_month(frame):
            file = SealedFile(
                id=identify(kind, delivery, month, part, link),
                kind=kind,
                agreement=opened.grant.agreement,
                dataset=dataset,
                delivery=delivery,
                month=month,
                part=part,
                link=link,
                rows=rows.height,
                columns=tuple(rows.columns),
                lineage=tuple(sorted(set(lineage))),
            )
            self._seal(opened, file, rows)
            files.append(file)
        return files

    def record(self, connection: Connection, files: Iterable[SealedFile]) -> None:
        """Make files visible to readers, inside the caller's transaction.

        Args:
            connection: of the transaction that says what the files belong to.
            files: what `write` returned.
        """
        put(connection, files)

    def read(
        self,
        opened: Opened,
        dataset: DatasetId,
        fields: Iterable[str],
        as_of: date,
        *,
        where: pl.Expr | None = None,
        link: str = "",
    ) -> Iterator[pl.DataFrame]:
        """The only read door: rows known on or before a day and kept no longer than is allowed, file by file.

        Args:
            opened: the door; its grant must name the dataset and every field, those in `where` included.
            dataset: the dataset.
            fields: fields to read; the system columns come along (`_person` only where asked for, with `match`).
            as_of: the day looked from; a row known later is not there yet.
            where: keeps only rows for which this is true.
            link: the link run whose households to add, as `_household` and `_lineage`.

        Yields:
            Frames of one file each: every version of each row; see `signals.signal.current`.

        Raises:
            Refused: before the file that may no longer be read; what was yielded before was read lawfully.
        """
        wanted = list(dict.fromkeys([*_ALWAYS, *fields]))
        used = set(where.meta.root_names()) if where is not None else set()
        _check_shape(opened, dataset, wanted, used)
        attributed: dict[tuple[str, str], list[SealedFile]] = {}
        for file in self.files(dataset, kind=ATTRIBUTION, link=link) if link else ():
            attributed.setdefault((file.delivery, file.month), []).append(file)
        since = opened.since({*wanted, *used})
        # a delivery belongs to one agreement; another one's grant does not see it
        own = [
            file for file in self.files(dataset, kind=SIGNAL, until=as_of) if file.agreement == opened.grant.agreement
        ]
        for file in young(opened, own, since):
            frame = kept(opened, self._open(opened, file, wanted, used, as_of, where), since)
            if link:
                frame = self._attribute(opened, frame, attributed.get((file.delivery, file.month), []))
            opened.count(frame.height)
            yield frame

    def whole(self, opened: Opened, file: SealedFile, columns: Iterable[str]) -> pl.DataFrame:
        """Some columns of one file, of whatever kind, with all of its rows; the door's grant must name them."""
        return self._open(opened, file, list(columns), set(), date.max, None)

    def files(
        self, dataset: DatasetId, *, kind: str, until: date | None = None, link: str | None = None
    ) -> list[SealedFile]:
        """The visible files of a dataset, oldest month first. Tells nothing that is in them.

        Args:
            dataset: the dataset.
            kind: signal, quarantine or attribution.
            until: leave out months after this day's.
            link: only of this link run.
        """
        query = select(sealed_file).where(sealed_file.c.dataset == dataset, sealed_file.c.kind == kind)
        if until is not None:
            query = query.where(sealed_file.c.month <= month_of(until))
        if link is not None:
            query = query.where(sealed_file.c.link == link)
        with reading(self._engine) as connection:
            return [recall(row._asdict()) for row in connection.execute(query.order_by(*_ORDER))]

    def every_file(self) -> list[SealedFile]:
        """All visible files of any kind."""
        with reading(self._engine) as connection:
            return [recall(row._asdict()) for row in connection.execute(select(sealed_file))]

    def path(self, file: SealedFile) -> Path:
        """Where a file lies."""
        return self._folder / file.agreement / file.dataset / file.month / f"{file.id}.parquet"

    def forget_links(self, connection: Connection, *, keep: str) -> None:
        """Drop the attributions of all link runs but one, files and all.

        Args:
            connection: of the caller's transaction.
            keep: the link run that counts now.
        """
        old = (sealed_file.c.kind == ATTRIBUTION) & (sealed_file.c.link != keep)
        for row in connection.execute(select(sealed_file).where(old)).all():
            self.path(recall(row._asdict())).unlink(missing_ok=True)
        connection.execute(delete(sealed_file).where(old))

    def _seal(self, opened: Opened, file: SealedFile, frame: pl.DataFrame) -> None:
        keys = opened.write_keys(file.month, file.columns)
        unkeyed = [name for name in frame.columns if name not in keys]
        if unkeyed or not frame.columns:  # polars would write a column without a key in clear
            what = f"{', '.join(unkeyed) or 'The frame'} of {file.dataset} has no key."
            raise Misconfigured(what, code="COLUMN_WITHOUT_KEY")
        path = self.path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{secrets.token_hex(6)}.new")
        encryption = pl.ParquetEncryptionProperties(
            footer_key=keys.pop(FOOTER), column_keys=keys, aad_prefix=file.id.encode(), store_aad_prefix=False
        )
        frame.write_parquet(beside, compression="lz4", encryption=encryption)
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(path)

    def _open(
        self,
        opened: Opened,
        file: SealedFile,
        wanted: list[str],
        used: set[str],
        as_of: date,
        where: pl.Expr | None,
    ) -> pl.DataFrame:
        if used - set(file.columns):
            where, used = pl.lit(value=False), set()  # taken before the agreement listed it: unknown is not yes
        if file.lineage:
            opened.recheck(file.lineage)
        stored = set(file.columns)
        scan = self._scan(opened, file, {*stored.intersection(wanted), *used, "_known_on"})
        if file.month >= month_of(as_of):
            scan = scan.filter(pl.col("_known_on") <= as_of)
        if where is not None:
            scan = scan.filter(where)
        return scan.select(name if name in stored else pl.lit(None).alias(name) for name in wanted).collect()

    def _scan(self, opened: Opened, file: SealedFile, columns: set[str]) -> pl.LazyFrame:
        keys = opened.read_keys(file.month, columns)
        decryption = pl.ParquetDecryptionProperties(
            footer_key=keys.pop(FOOTER), column_keys=keys, aad_prefix=file.id.encode()
        )
        return pl.scan_parquet(self.path(file), decryption=decryption)

    def _attribute(self, opened: Opened, frame: pl.DataFrame, files: Iterable[SealedFile]) -> pl.DataFrame:
        columns = ["_row", "_household", "_lineage"]
        known = [self.whole(opened, found, columns) for found in files]
        if not known:
            return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in columns[1:])
        return frame.join(pl.concat(known), on="_row", how="left")


def _check_shape(opened: Opened, dataset: DatasetId, wanted: Iterable[str], used: Iterable[str]) -> None:
    if dataset != opened.grant.dataset:
        what = f"Grant {opened.grant.id} opens {opened.grant.dataset}, not {dataset}."
        raise FieldNotListed(what, "Ask for a grant on that dataset.")
    opened.sees({*wanted, *used})
