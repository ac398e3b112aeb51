"""Simulated files looked at with the real feeds, the real parsers and the real rules, with the truth for linkage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from governance.ids import DatasetId
from rules.compute import compute
from rules.fire import fire
from rules.indicator import load_indicators
from rules.rulebook import load_rulebook
from signals.contract import Contract
from signals.feed import Feed, Feeds, load_feeds
from signals.parser import parse
from signals.signal import current, derive

FEEDS = load_feeds()
AGENCIES = ("claims", "custody", "docket", "edfi", "hmis", "outreach", "snap", "utility")
"""All but TANF, which is a file for each quarter and section."""


def declared(out: Path, agencies: Sequence[str] = AGENCIES) -> dict[DatasetId, Path]:
    """The simulated file of each feed of these agencies; of several the last one."""
    return {
        feed.dataset: file
        for agency in agencies
        for feed in FEEDS.of(agency)
        for file in (out / agency).iterdir()
        if feed.matches(file.name)
    }


def judge(dataset: DatasetId, file: Path, until: date) -> tuple[pl.DataFrame, dict[str, int], int]:
    """Kept rows, failed ones by the flaw's check, and how many there are in all."""
    feed, other = FEEDS[dataset], dict[str, int]()
    contract = Contract(feed, delivered_on=until)
    kept, failed, rows = [], dict[str, int](), 0
    for batch in parse(feed, file, other):
        judged = contract.judge(batch)
        kept.append(judged.kept)
        rows += batch.height
        for place, number in judged.failed.group_by("_flaw").len().iter_rows():
            check = contract.flaws[place].check
            failed[check] = failed.get(check, 0) + number
    return pl.concat(kept) if kept else pl.DataFrame(), failed, rows


def truth(out: Path) -> pl.DataFrame:
    """persons.csv: person_key, true_person, true_household."""
    return pl.read_csv(out / "truth" / "persons.csv", infer_schema=False)


def household_signals(kept: Mapping[DatasetId, pl.DataFrame], out: Path, as_of: date) -> pl.DataFrame:
    """Long signals by true household, as of a day."""
    households = truth(out).select(pl.col("person_key").alias("_person"), pl.col("true_household").alias("household"))
    parts = []
    for dataset, frame in kept.items():
        feed = FEEDS[dataset]
        if feed.kinds and feed.person and frame.height:
            parts.append(
                derive(feed, _complete(feed, frame, as_of))
                .join(households, on="_person")
                .with_columns(pl.lit(dataset).alias("dataset"))
                .select("household", "dataset", "kind", "occurred_on", "known_on", "measure")
            )
    return pl.concat(parts)


def firings(kept: Mapping[DatasetId, pl.DataFrame], out: Path, as_of: date) -> pl.DataFrame:
    """What the packaged rules say of the true households."""
    feeds = Feeds(FEEDS)
    indicators = load_indicators(None, feeds)
    rulebook = load_rulebook(None, indicators)
    wide = compute(household_signals(kept, out, as_of), indicators, as_of)
    return fire(wide, rulebook, as_of, set(indicators)).firings


def _complete(feed: Feed, kept: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Kept rows as the store would hand them out: system columns added, only what counts on the day."""
    assert feed.person is not None
    deleted = pl.col(feed.deleted_on) if feed.deleted_on else pl.lit(None, dtype=pl.Date)
    return current(
        kept.with_columns(
            pl.format("{}:{}", pl.lit(feed.person.space), feed.person.field).alias("_person"),
            pl.concat_str([pl.col(name).cast(pl.String) for name in feed.key], separator="|").alias("_record"),
            deleted.alias("_deleted_on"),
        ),
        as_of,
    )
