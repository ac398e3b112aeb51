"""The sealed store: signal files that are ciphertext to whoever holds them, and the only door that reads them.

Files are Parquet under modular encryption (Apache Parquet format, "Parquet Modular Encryption"; here polars' own, an
API that polars calls unstable: it is used in this module only, and `tests/signals/test_store_conformance.py` holds it
to what is relied on). Each column has a key of its own per known-month; the footer, with the names and the number of
rows, has another. The file's id is bound in as associated data, so that one file cannot stand in for another.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from governance.errors import FieldNotListed, Misconfigured
from governance.ids import AgreementId, DatasetId, DeliveryId
from governance.opened import FOOTER, Opened
from signals.known_month import by_month, month_of
from signals.leftover import sync
from signals.retention import kept, young
from signals.sealed_file import ATTRIBUTION, SIGNAL, SealedFile, identify, identify_together
from signals.sealed_shelf import Shelf

_ALWAYS = ("_row", "_delivery", "_occurred_on", "_known_on", "_record", "_deleted_on")


class Store(Shelf):
    """Seals frames and reads them back.

    Args:
        folder: where the files are.
        engine: the operational database, which knows which files count.
    """

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
        sources: Iterable[str] = (),
    ) -> list[SealedFile]:
        """Seal a frame, one file per known-month. Writing the same again replaces the files by equal ones.

        Do so inside `writing`, and `record` before it ends.

        Args:
            opened: a door for this dataset that may write (`ingest`, or `match` for what linkage adds).
            dataset: the dataset.
            delivery: the delivery that the rows came with.
            part: distinguishes batches of one delivery, from 0.
            frame: rows with `_known_on`; every column of it is sealed under a key of its own.
            kind: signal, quarantine or attribution.
            link: for an attribution, the link run that made it.
            lineage: agreements that the rows were derived from, besides the door's own.
            sources: for an attribution, the files as delivered whose rows it is about.

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
                sources=tuple(sources),
            )
            self._seal(opened, file, rows)
            files.append(file)
        return files

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
        for _, frame in self.read_files(opened, dataset, fields, as_of, where=where, link=link):
            yield frame

    def read_files(
        self,
        opened: Opened,
        dataset: DatasetId,
        fields: Iterable[str],
        as_of: date,
        *,
        where: pl.Expr | None = None,
        link: str = "",
        files: Sequence[SealedFile] | None = None,
    ) -> Iterator[tuple[SealedFile, pl.DataFrame]]:
        """`read`, with the file that each frame comes from, or of `files` that `readable` found before."""
        wanted = list(dict.fromkeys([*_ALWAYS, *fields]))
        used = set(where.meta.root_names()) if where is not None else set()
        _check_shape(opened, dataset, wanted, used)
        attributed: dict[str, list[SealedFile]] = {}
        for file in self.files(dataset, kind=ATTRIBUTION, link=link) if link else ():
            for source in file.covers:
                attributed.setdefault(source, []).append(file)
        since = opened.since({*wanted, *used})
        for file in young(opened, self.readable(opened, dataset, as_of) if files is None else files, since):
            frame = kept(opened, self._open(opened, file, wanted, used, as_of, where), since)
            if link:
                about = {found.id: found for source in file.covers for found in attributed.get(source, ())}
                frame = self._attribute(opened, frame, about.values())
            opened.count(frame.height)
            yield file, frame

    def together(self, opened: Opened, files: Sequence[SealedFile]) -> SealedFile | None:
        """Seal the rows of several files in one: the same rows in the same order. `sealed_file.replace` makes it count.

        Args:
            opened: a door for `ingest` on their dataset that shows all of their columns.
            files: of one agreement, month, kind and lineage, with the same columns, neighbours in the order of reading.

        Returns:
            The file; None where a column of theirs is not of the same type in all.

        Raises:
            Refused: the gate's answer now, or a column outside the grant.
        """
        frames = [self._scan(opened, file, set(file.columns)).select(file.columns).collect() for file in files]
        if any(frame.schema != frames[0].schema for frame in frames):
            return None
        frame = pl.concat(frames)
        sources = tuple(source for file in files for source in file.covers)
        one = replace(files[0], id=identify_together(sources), rows=frame.height, sources=sources)
        self._seal(opened, one, frame)
        opened.count(frame.height)
        return one

    def whole(self, opened: Opened, file: SealedFile, columns: Iterable[str]) -> pl.DataFrame:
        """Some columns of one file, of whatever kind, with all of its rows; the door's grant must name them."""
        return self._open(opened, file, list(columns), set(), date.max, None)

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
        sync(beside)
        beside.replace(path)
        for folder in path.parents[:3]:  # the names have to outlive a power cut too, those of new folders included
            sync(folder)

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
        columns = ["_delivery", "_row", "_household", "_lineage"]
        known = [
            # one that was written before rows of several deliveries lay in one file does not name its own
            self.whole(opened, found, columns).with_columns(
                pl.col("_delivery").cast(pl.String).fill_null(found.delivery)
            )
            for found in files
        ]
        if not known:
            return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in columns[2:])
        return frame.join(pl.concat(known), on=columns[:2], how="left", maintain_order="left")


def _check_shape(opened: Opened, dataset: DatasetId, wanted: Iterable[str], used: Iterable[str]) -> None:
    if dataset != opened.grant.dataset:
        what = f"Grant {opened.grant.id} opens {opened.grant.dataset}, not {dataset}."
        raise FieldNotListed(what, "Ask for a grant on that dataset.")
    opened.sees({*wanted, *used})
