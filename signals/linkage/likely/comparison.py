"""How two records are compared: for each thing a ladder of levels, from the same to clearly different, as SQL.

A home of many (a shelter, a dormitory) says less than a home of few, and has a rung of its own.

The words are what a steward reads. The rungs are ours; nothing in them was learnt. What is learnt, of each agency's own
rows, is how often each rung is seen of one person (m) and of two (u).

Source: Fellegi and Sunter 1969, "A Theory for Record Linkage"; Jaro-Winkler and Damerau-Levenshtein are DuckDB's.
"""

from __future__ import annotations

from dataclasses import dataclass

_PARTS = ("{0} // 10000", "{0} // 100 % 100", "{0} % 100")
CROWD = 12
"""Records at one address, in all files together for each file's share, beyond which it is a home of many."""
MISSING = -1
"""The level of what one of both does not say: it speaks neither for nor against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One level: the SQL condition under which it holds where none before it did, and the words for it."""

    when: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A ladder of rungs for one thing; the last one is everything else. `missing` is when it cannot be compared."""

    name: str
    missing: str
    rungs: tuple[Rung, ...]


def _edits(column: str, most: int) -> str:
    """At most some edits apart. What differs more in length cannot be, and need not be looked at."""
    left, right = f"{column}_l", f"{column}_r"
    return f"(abs(length({left}) - length({right})) <= {most} and damerau_levenshtein({left}, {right}) <= {most})"


def _slip(column: str) -> str:
    """One digit wrong, or two neighbours exchanged, in what is always of one length; what is quick comes first."""
    left, right = f"{column}_l", f"{column}_r"
    return f"(hamming({left}, {right}) <= 2 and damerau_levenshtein({left}, {right}) <= 1)"


def _alike(column: str, *, edits: int, longer: int, alike: float) -> str:
    """At most some edits apart in names long enough, or alike in Jaro-Winkler's sense."""
    left, right = f"{column}_l", f"{column}_r"
    near = f"least(length({left}), length({right})) >= {longer} and {_edits(column, edits)}"
    return f"(jaro_winkler_similarity({left}, {right}) >= {alike} or ({near}))"


def _begins_or_ends(column: str) -> str:
    left, right = f"{column}_l", f"{column}_r"
    ways = (f"{way}({one}, {other})" for way in ("starts_with", "ends_with") for one, other in _both(left, right))
    return "(" + " or ".join(ways) + ")"


def _both(left: str, right: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (left, right), (right, left)


def _unknown(column: str) -> str:
    return f"({column}_l is null or {column}_r is null)"


FIRST_NAME = Comparison(
    name="first_name",
    missing=_unknown("first"),
    rungs=(
        Rung(when="first_l = first_r", words="same first name"),
        Rung(
            when="(list_contains(short_l, first_r) or list_contains(short_r, first_l))",
            words="one first name is short for the other",
        ),
        Rung(
            when=f"(least(length(first_l), length(first_r)) >= 3 and {_edits('first', 1)})",
            words="first names differ by one letter",
        ),
        Rung(
            when=f"({_alike('first', edits=2, longer=6, alike=0.88)} or {_begins_or_ends('first')})",
            words="first names are much alike",
        ),
        Rung(when=_alike("first", edits=3, longer=6, alike=0.75), words="first names are somewhat alike"),
        Rung(when="else", words="first names differ"),
    ),
)

INITIAL = Comparison(
    name="initial",
    missing=_unknown("initial"),
    rungs=(
        Rung(when="initial_l = initial_r", words="same middle initial"),
        Rung(when="else", words="middle initials differ"),
    ),
)

_YEAR, _MONTH, _DAY = (f"({part.format('born_l')} = {part.format('born_r')})" for part in _PARTS)
BIRTH = Comparison(
    name="birth",
    missing=_unknown("birth"),
    rungs=(
        Rung(when="birth_l = birth_r", words="same birth date"),
        Rung(
            when=f"({_slip('birth')} or ({_YEAR} and born_l // 100 % 100 = born_r % 100 "
            "and born_l % 100 = born_r // 100 % 100))",
            words="birth dates differ by one slip",
        ),
        Rung(
            when=f"(({_YEAR})::int + ({_MONTH})::int + ({_DAY})::int >= 2)",
            words="two parts of the birth date agree",
        ),
        Rung(when="hamming(birth_l, birth_r) <= 2", words="birth dates differ by two digits"),
        Rung(when=_YEAR, words="same year of birth"),
        Rung(when="else", words="birth dates differ"),
    ),
)

NUMBER = Comparison(
    name="ssn",
    missing=_unknown("ssn"),
    rungs=(
        Rung(when="ssn_l = ssn_r", words="same social security number"),
        Rung(when=_slip("ssn"), words="social security numbers differ by one digit"),
        Rung(when="else", words="social security numbers differ"),
    ),
)

SEX = Comparison(
    name="sex",
    missing=_unknown("sex"),
    rungs=(Rung(when="sex_l = sex_r", words="same sex"), Rung(when="else", words="sexes differ")),
)

PHONE = Comparison(
    name="phone",
    missing=_unknown("phone"),
    rungs=(Rung(when="phone_l = phone_r", words="same telephone"), Rung(when="else", words="telephones differ")),
)

SURNAME = Comparison(
    name="surname",
    missing=_unknown("last"),
    rungs=(
        Rung(when="last_l = last_r", words="same last name"),
        Rung(
            when=f"({_alike('last', edits=1, longer=1, alike=0.9)} or "
            f"({_edits('last', 2)} and length(last_l) >= 7) or len(list_intersect(lasts_l, lasts_r)) > 0)",
            words="last names are nearly the same",
        ),
        Rung(when="jaro_winkler_similarity(last_l, last_r) >= 0.8", words="last names are somewhat alike"),
        Rung(when="else", words="last names differ"),
    ),
)

_SAME_LINE = "house_l = house_r and road_l = road_r and coalesce(postcode_l = postcode_r, true)"
HOME = Comparison(
    name="home",
    missing="((house_l is null and road_l is null) or (house_r is null and road_r is null))",
    rungs=(
        Rung(
            when=f"({_SAME_LINE} and greatest(crowd_l, crowd_r) > {CROWD})",
            words="at one address where many live",
        ),
        Rung(when=f"({_SAME_LINE} and coalesce(unit_l = unit_r, true))", words="same address"),
        Rung(
            when="(house_l = house_r and (road_l = road_r or jaro_winkler_similarity(road_l, road_r) >= 0.88 "
            f"or {_edits('road', 2)}))",
            words="nearly the same address",
        ),
        Rung(when=f"(road_l = road_r and {_edits('house', 1)})", words="house numbers differ by one digit"),
        Rung(
            when="((road_l = road_r and (house_l is null or house_r is null)) or (house_l = house_r and "
            f"(road_l is null or road_r is null)) or ({_edits('house', 1)} "
            "and jaro_winkler_similarity(road_l, road_r) >= 0.9))",
            words="addresses are much alike",
        ),
        Rung(when="else", words="addresses differ"),
    ),
)

COMPARED = (FIRST_NAME, INITIAL, SURNAME, HOME, BIRTH, NUMBER, SEX, PHONE)
"""What an engine compares. What an agreement does not give is null, and null is never compared."""

BLOCKS = (
    ("first", "last"),
    ("first", "house"),
    ("last", "house"),
    ("place",),
    ("first", "birth"),
    ("last", "birth"),
    ("ssn",),
    ("phone",),
    ("birth", "initial"),
    ("birth", "road"),
    ("first", "road"),
    ("last", "road"),
    ("last", "initial", "first_letter"),
    ("last", "first_two"),
    ("last", "initial", "sex"),
    ("first", "initial", "last_two"),
    ("first_three", "last_three"),
    ("birth_month", "last_three"),
    ("birth", "sex", "first_letter"),
    ("house", "road_begins", "initial"),
)
"""Two records are compared where all columns of one of these agree. Source: measured for recall, benchmarks/linkage."""

SURE_BLOCKS = frozenset(number for number, block in enumerate(BLOCKS) if {"birth", "ssn"} & set(block))
"""Blocks in which two records of one file are compared, though the file has everybody once: it may have them twice."""
