"""Made-up people by the million, in the files of two agencies: as many as linkage has to bear, not as people are.

How names are spread decides how much there is to compare. Here it is much as in the United States, where the commonest
surname is borne by 0.8 % and the commonest first name by some 1.5 %, with a long tail (Zipf-Mandelbrot); the names
themselves are syllables. Half of the people stand in both files, with slips of the pen, gaps and moves.

Source, of the shares: U.S. Census Bureau, "Frequently Occurring Surnames from the 2010 Census"; Social Security
Administration, "Popular Baby Names".
"""

from __future__ import annotations

import numpy as np
import polars as pl

_ONSETS = ["b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v", "w"]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ee", "ou"]
_ENDS = ["", "", "n", "r", "s", "l", "t", "nd", "ck", "son", "ton", "man", "ley"]
_IN_BOTH = 0.5
_SLIPS = {"first_name": 0.02, "middle_name": 0.02, "last_name": 0.03, "ssn": 0.02, "street": 0.03, "born_on": 0.02}
_GAPS = {"first_name": 0.01, "middle_name": 0.3, "last_name": 0.01, "ssn": 0.25, "street": 0.05, "born_on": 0.02}
_MOVED = 0.15


def crowd(records: int, seed: int = 1) -> pl.DataFrame:
    """Records of two agencies, half each, as linkage takes them; `sim` is who it really is, `file` which agency's.

    Args:
        records: how many in all.
        seed: the same seed gives the same records.
    """
    chance = np.random.default_rng(seed)
    everybody = _people(records - int(records // 2 * _IN_BOTH), chance)
    half = records // 2
    first, other = everybody.head(half), everybody.tail(records - half)
    files = [_written(frame, name, chance) for frame, name in ((first, "court"), (other, "school"))]
    together = pl.concat(files).with_row_index("line")
    return together.with_columns(pl.format("{}:{}", "file", "line").alias("person"), dataset="file", agreement="file")


def _people(many: int, chance: np.random.Generator) -> pl.DataFrame:
    """People in homes of one to five, of whom most share a surname."""
    sizes = chance.choice([1, 2, 3, 4, 5], p=[0.28, 0.34, 0.16, 0.13, 0.09], size=many)
    home = np.repeat(np.arange(many), sizes)[:many]
    surnames, given, roads = (_names(size, chance) for size in (120_000, 9_000, 3_000))
    shared = chance.random(many) < 0.8
    last = np.where(shared, _drawn(surnames, 18, many, chance)[home], _drawn(surnames, 18, many, chance))
    road = _drawn(roads, 60, many, chance)[home]
    house = chance.integers(1, 900, size=many)[home]
    postcode = 10_000 + chance.integers(0, max(1, many // 12_000), size=many)[home]
    order = chance.permutation(many)
    number = 100_000_000 + (np.arange(many, dtype=np.int64) * 387_420_489) % 565_000_003
    return pl.DataFrame(
        {
            "sim": np.arange(many),
            "first_name": _drawn(given, 8, many, chance),
            "middle_name": chance.choice(list("abcdefghijklmnoprstvw"), size=many),
            "last_name": last,
            "born_on": np.datetime64("1940-01-01") + chance.integers(0, 85 * 365, size=many),
            "ssn": number.astype(str),
            "street": pl.select(
                pl.format("{} {} street", pl.lit(pl.Series(house)), pl.lit(pl.Series(road)))
            ).to_series(),
            "postcode": postcode.astype(str),
        }
    )[order]


def _written(people: pl.DataFrame, file: str, chance: np.random.Generator) -> pl.DataFrame:
    """As one agency wrote them down."""
    size = people.height
    found = people.with_columns(pl.lit(file).alias("file"))
    moved = pl.Series(chance.random(size) < _MOVED)
    elsewhere = people.select("street", "postcode")[chance.permutation(size)]
    home = [pl.when(moved).then(elsewhere[name]).otherwise(pl.col(name)).alias(name) for name in ("street", "postcode")]
    found = found.with_columns(*home)
    for name, share in _SLIPS.items():
        found = _slipped(found, name, pl.Series(chance.random(size) < share), chance)
    gaps = [
        pl.when(pl.Series(chance.random(size) >= share)).then(pl.col(name)).alias(name) for name, share in _GAPS.items()
    ]
    return found.with_columns(*gaps)


def _slipped(frame: pl.DataFrame, name: str, where: pl.Series, chance: np.random.Generator) -> pl.DataFrame:
    """With one letter or digit written wrong; a day one month later."""
    if name == "born_on":
        return frame.with_columns(pl.when(where).then(pl.col(name).dt.offset_by("1mo")).otherwise(name).alias(name))
    at = pl.Series(chance.integers(0, 9, size=frame.height)) % pl.col(name).str.len_chars()
    wrong = pl.Series(chance.choice(list("0123456789") if name == "ssn" else list("aeioust"), size=frame.height))
    head, tail = pl.col(name).str.slice(0, at), pl.col(name).str.slice(at + 1)
    return frame.with_columns(pl.when(where).then(pl.concat_str(head, wrong, tail)).otherwise(name).alias(name))


def _names(many: int, chance: np.random.Generator) -> np.ndarray:
    """Different names, the shorter the commoner."""
    found: dict[str, None] = {}
    while len(found) < many:
        syllables = 1 + (len(found) > many // 100) + (len(found) > many // 3)
        parts = [chance.choice(_ONSETS, size=(many, syllables)), chance.choice(_VOWELS, size=(many, syllables))]
        ends = chance.choice(_ENDS, size=many)
        for row in range(many):
            found["".join(a + b for a, b in zip(parts[0][row], parts[1][row], strict=True)) + ends[row]] = None
    return np.array(list(found)[:many])


def _drawn(names: np.ndarray, few: int, many: int, chance: np.random.Generator) -> np.ndarray:
    """Names drawn as they are spread: the nth as often as 1 / (n + few)."""
    shares = 1 / (np.arange(len(names)) + few)
    return names[chance.choice(len(names), p=shares / shares.sum(), size=many)]
