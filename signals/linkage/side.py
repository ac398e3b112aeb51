"""A pair side by side: what both agencies wrote about the two persons of a review, for a steward to compare.

Names are seen in here, so it runs as linkage does: under grants for the action `match`, in the enclave, and for nobody
but whom the agreements name. What this yields is for the eyes of the one who asked, and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from governance.errors import Misconfigured, Reason, refusal
from governance.opened import Opened
from signals.feed import Feeds
from signals.linkage.asking import Asked, Asker, asking
from signals.linkage.reading import records_of, rows_of
from signals.linkage.record import ROLES
from signals.linkage.review import LinkReview, LinkReviews
from signals.linkage.standard import standardise
from signals.sealed_file import SIGNAL
from signals.store import Store

SAME, DIFFERS, ONE_SIDED = "same", "differs", "not on both sides"
_COMPARED = ("first_name", "initial", "last_name", "suffix", "born_on", "ssn", "phone", "street", "postcode")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One person of a pair, as an agency knows them. Stays in the enclave.

    `records` has a mapping for each way in which the person was ever written down: dataset, known_on and the roles.
    """

    person: str
    agreement: str
    records: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BothSides:
    """Two persons of a review, what of them is the same in its one way of writing, and the open doors.

    `alike` says of each identifier whether it is the same, differs, or is not on both sides.
    """

    left: Side
    right: Side
    alike: Mapping[str, str]
    doors: tuple[Opened, ...]

    @property
    def numbers_differ(self) -> bool:
        """Whether both have a social security number, and not the same one."""
        return self.alike["ssn"] == DIFFERS


@contextmanager
def side_by_side(
    asker: Asker, feeds: Feeds, store: Store, reviews: LinkReviews, review: LinkReview
) -> Iterator[BothSides]:
    """Open what both agencies wrote about the persons of a review, for the length of a `with` block.

    Args:
        asker: on whose behalf.
        feeds: every dataset's declaration.
        store: where the rows are.
        reviews: know whose review it is.
        review: which.

    Yields:
        Both sides.

    Raises:
        Refused: one of the agreements does not let the asker look.
        Misconfigured: `LINK_REVIEW_GONE` where no row names one of them any more.
    """
    spaces = {review.left_space, review.right_space}
    numbered = [name for name, feed in feeds.items() if feed.person is not None and feed.person.space in spaces]
    with asking(asker, feeds, [name for name in numbered if store.files(name, kind=SIGNAL)]) as asked:
        _allowed(asked, review)
        records = records_of(rows_of(store, asked.doors, date.max))
        persons = reviews.sides(review.id, records["person"].unique().sort())
        agreements = (review.left_agreement, review.right_agreement)
        doors = tuple(door.opened for door in asked.doors if door.agreement in agreements)
        own = [_own(records, person, under) for person, under in zip(persons, agreements, strict=True)]
        left, right = (_side(mine, under) for mine, under in zip(own, agreements, strict=True))
        yield BothSides(left=left, right=right, alike=_alike(*own), doors=doors)


def gone() -> Misconfigured:
    """The error for a pair of which one side is not there any more, or is nobody's to look at."""
    return Misconfigured(
        "One side of this pair is not there any more: its row was deleted, or the person opted out.",
        "Link again: the pair then leaves the queue, or comes back with the row.",
        code="LINK_REVIEW_GONE",
    )


def _allowed(asked: Asked, review: LinkReview) -> None:
    """Make sure that both agreements let the asker look.

    Raises:
        Refused: with the reason of the one that does not.
    """
    missing = {review.left_agreement, review.right_agreement} - {door.agreement for door in asked.doors}
    if missing:
        said = [Reason(code=line.code, clause="link.review", detail=line.detail) for line in asked.refused]
        stopped = Reason(code="NOT_ACTIVE", clause="link.review", detail=f"{min(missing)} is not in force.")
        raise refusal(said or [stopped])


def _own(records: pl.DataFrame, person: str | None, agreement: str) -> pl.DataFrame:
    own = records.filter(pl.col("person").is_in([person]), pl.col("agreement") == agreement)
    if person is None or not own.height:
        raise gone()
    return own


def _side(own: pl.DataFrame, agreement: str) -> Side:
    told = [name for name in ROLES if own[name].drop_nulls().len()]
    rows = own.select("dataset", "known_on", *told).unique().sort("known_on", "dataset", *told, nulls_last=True)
    return Side(person=own["person"][0], agreement=agreement, records=tuple(rows.to_dicts()))


def _alike(left: pl.DataFrame, right: pl.DataFrame) -> dict[str, str]:
    """Of each identifier whether the two have one in common, in its one way of writing."""
    both = [_values(standardise(each)) for each in (left, right)]
    found = {}
    for name in _COMPARED:
        one, other = (values[name] for values in both)
        found[name] = (SAME if one & other else DIFFERS) if one and other else ONE_SIDED
    return found


def _values(standard: pl.DataFrame) -> dict[str, frozenset[Any]]:
    found = {name: frozenset(standard[name].drop_nulls()) for name in _COMPARED if name != "last_name"}
    parts = standard["last_names"].drop_nulls().explode(empty_as_null=False).drop_nulls()
    return {**found, "last_name": frozenset(parts)}
