"""How two records are compared: for each thing a ladder of levels, from the same to clearly different, as SQL.

Surname and home are one thing here. Of those who share an address most share a surname too, so counted apart the same
fact would count twice: nearly all wrong links between people of one home come from there. A home of many (a shelter, a
dormitory) says less than a home of few, and has a rung of its own.

The words are what a steward reads. The rungs are ours; nothing in them was learnt. What is learnt, of each agency's own
rows, is how often each rung is seen of one person (m) and of two (u).

Source: Fellegi and Sunter 1969, "A Theory for Record Linkage"; Jaro-Winkler and Damerau-Levenshtein are DuckDB's.
"""

from __future__ import annotations

from dataclasses import dataclass

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


def _alike(column: str, *, edits: int, longer: int, alike: float) -> str:
    """At most some edits apart in names long enough, or alike in Jaro-Winkler's sense."""
    left, right = f"{column}_l", f"{column}_r"
    shortest = f"least(length({left}), length({right})) >= {longer}"
    near = f"damerau_levenshtein({left}, {right}) <= {edits}"
    return f"(({near} and {shortest}) or jaro_winkler_similarity({left}, {right}) >= {alike})"


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
            when="(damerau_levenshtein(first_l, first_r) <= 1 and least(length(first_l), length(first_r)) >= 3)",
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

BIRTH = Comparison(
    name="birth",
    missing=_unknown("birth"),
    rungs=(
        Rung(when="birth_l = birth_r", words="same birth date"),
        Rung(
            when="(damerau_levenshtein(birth_l, birth_r) <= 1 or (birth_l[1:4] = birth_r[1:4] and "
            "birth_l[5:6] = birth_r[7:8] and birth_l[7:8] = birth_r[5:6]))",
            words="birth dates differ by one slip",
        ),
        Rung(
            when="((birth_l[1:4] = birth_r[1:4])::int + (birth_l[5:6] = birth_r[5:6])::int "
            "+ (birth_l[7:8] = birth_r[7:8])::int >= 2)",
            words="two parts of the birth date agree",
        ),
        Rung(when="damerau_levenshtein(birth_l, birth_r) <= 2", words="birth dates differ by two digits"),
        Rung(when="birth_l[1:4] = birth_r[1:4]", words="same year of birth"),
        Rung(when="else", words="birth dates differ"),
    ),
)

NUMBER = Comparison(
    name="ssn",
    missing=_unknown("ssn"),
    rungs=(
        Rung(when="ssn_l = ssn_r", words="same social security number"),
        Rung(when="damerau_levenshtein(ssn_l, ssn_r) <= 1", words="social security numbers differ by one digit"),
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

_SURNAMES = (
    ("(last_l = last_r)", "same last name"),
    (
        (
            f"({_alike('last', edits=1, longer=1, alike=0.9)} or (damerau_levenshtein(last_l, last_r) <= 2 "
            "and length(last_l) >= 7) or len(list_intersect(lasts_l, lasts_r)) > 0)"
        ),
        "last names are nearly the same",
    ),
    ("jaro_winkler_similarity(last_l, last_r) >= 0.8", "last names are somewhat alike"),
    ("(last_l is not null and last_r is not null)", "last names differ"),
    ("true", "a last name is missing"),
)
_NO_ADDRESS = "((house_l is null and road_l is null) or (house_r is null and road_r is null))"
_SAME_LINE = "house_l = house_r and road_l = road_r and coalesce(postcode_l = postcode_r, true)"
_HOMES = (
    (f"({_SAME_LINE} and greatest(crowd_l, crowd_r) > {CROWD})", "at one address where many live"),
    (f"({_SAME_LINE} and coalesce(unit_l = unit_r, true))", "same address"),
    (
        (
            "(house_l = house_r and (road_l = road_r or jaro_winkler_similarity(road_l, road_r) >= 0.88 "
            "or damerau_levenshtein(road_l, road_r) <= 2))"
        ),
        "nearly the same address",
    ),
    ("(road_l = road_r and damerau_levenshtein(house_l, house_r) <= 1)", "house numbers differ by one digit"),
    (
        (
            "((road_l = road_r and (house_l is null or house_r is null)) or (house_l = house_r and "
            "(road_l is null or road_r is null)) or (jaro_winkler_similarity(road_l, road_r) >= 0.9 "
            "and damerau_levenshtein(house_l, house_r) <= 1))"
        ),
        "addresses are much alike",
    ),
    (f"(not {_NO_ADDRESS})", "addresses differ"),
    ("true", "an address is missing"),
)

FAMILY = Comparison(
    name="family",
    missing=f"((last_l is null or last_r is null) and {_NO_ADDRESS})",
    rungs=(
        *(
            Rung(when=f"{surname} and {home}", words=f"{said}, {where}")
            for surname, said in _SURNAMES
            for home, where in _HOMES
            if (surname, home) != ("true", "true")
        ),
        Rung(when="else", words="last name and address are missing"),
    ),
)

NEAR_SURNAME = frozenset(
    len(_SURNAMES) * len(_HOMES) - 2 - place
    for place in range(len(_SURNAMES) * len(_HOMES) - 1)
    if place // len(_HOMES) in {0, 1, 4}
) | {MISSING}
"""The levels of `FAMILY` at which last names agree, nearly agree, or one is missing."""

COMPARISONS = (FIRST_NAME, INITIAL, FAMILY, BIRTH, NUMBER, SEX, PHONE)
"""Everything that is compared. What an agreement does not give is null, and null is never compared."""

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
