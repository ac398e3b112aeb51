"""One way to write a name, an address, a number: so that the same thing written twice compares equal.

Everything is a polars expression over text as agencies send it. What says nothing (a placeholder, a number that was
never issued) becomes null, and null never equals anything.
"""

from __future__ import annotations

from datetime import date

import polars as pl

_TEXTS = ("first_name", "middle_name", "last_name", "name_suffix", "street", "unit")
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_NOBODY = ("unknown", "anonymous", "unk", "none", "noname", "refused", "test", "babyboy", "babygirl", "newborn")
_SUFFIX = r"\s(jr|junior|sr|senior|ii|iii|iv)$"
_SUFFIXES = {"junior": "jr", "senior": "sr"}
_PARTICLES = ("van", "von", "der", "den", "del", "dos", "las", "los", "san", "saint")
_SHORTEST_PART = 3
_FEWEST_PARTS = 2
_EARLIEST = date(1901, 1, 2)
"""Days up to 1901-01-01 are what systems write where nobody knew."""
_NEVER_ISSUED = (r"^(000|666|9)", r"^...00", r"0000$", r"^(078051120|219099999|123456789)$")
"""Source: Social Security Administration, "Social Security Number Randomization": area 000, 666, 900-999, group 00 and
serial 0000 are not assigned; the others are numbers that were printed on sample cards, or counted up."""
_MONOTONE = "^(" + "|".join(f"{digit}+" for digit in range(10)) + ")$"
_WORDS = {
    "alley": "aly",
    "avenue": "ave",
    "av": "ave",
    "boulevard": "blvd",
    "circle": "cir",
    "court": "ct",
    "crescent": "cres",
    "drive": "dr",
    "expressway": "expy",
    "heights": "hts",
    "highway": "hwy",
    "lane": "ln",
    "mount": "mt",
    "parkway": "pkwy",
    "place": "pl",
    "plaza": "plz",
    "road": "rd",
    "saint": "st",
    "square": "sq",
    "street": "st",
    "str": "st",
    "terrace": "ter",
    "trail": "trl",
    "turnpike": "tpke",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
    "apartment": "#",
    "apt": "#",
    "unit": "#",
    "suite": "#",
    "ste": "#",
    "room": "#",
    "rm": "#",
}
"""Source: USPS Publication 28, Postal Addressing Standards, appendices B and C; units all become `#`."""


def standardise(records: pl.DataFrame) -> pl.DataFrame:
    """Records with every identifier in its one way of writing.

    Args:
        records: of `signals.linkage.record.RECORD_SCHEMA`.

    Returns:
        The same rows with: person, space, dataset, agreement, known_on, first_name, initial (of the middle name),
        last_name, last_names (the name and, where it is made of several, each of them), suffix, born_on, ssn, phone,
        line (the street as it was written, in short forms), street (with its unit; null without a number), postcode.
    """
    plain = records.lazy().with_columns(
        *(_plain(name).alias(name) for name in _TEXTS), *(_digits(name).alias(name) for name in ("ssn", "phone"))
    )
    bare = pl.col("last_name").str.replace(_SUFFIX, "")
    named = plain.with_columns(
        _suffix().alias("suffix"), _known(_joined(bare)).alias("last_name"), bare.str.split(" ").alias("last_names")
    )
    line = named.with_columns(_line().alias("street")).with_columns(_tidy().alias("street"))
    return line.select(
        "person",
        pl.col("person").str.extract(r"^([^:]*):", 1).fill_null("").alias("space"),
        "dataset",
        "agreement",
        "known_on",
        _known(_joined(pl.col("first_name"))).alias("first_name"),
        _joined(pl.col("middle_name")).str.head(1).alias("initial"),
        "last_name",
        _variants().alias("last_names"),
        "suffix",
        pl.when(pl.col("born_on") >= _EARLIEST).then(pl.col("born_on")).alias("born_on"),
        _ssn().alias("ssn"),
        _phone().alias("phone"),
        _filled(pl.col("street")).alias("line"),
        _street().alias("street"),
        _postcode().alias("postcode"),
    ).collect()


def _plain(name: str) -> pl.Expr:
    """Lower case, no accents, apostrophes gone, for everything but letters, digits and # a single space.

    Source: Unicode normalisation form KD (UAX #15), combining marks removed.
    """
    bare = pl.col(name).str.normalize("NFKD").str.replace_all(r"[\p{M}'’‘`.]", "").str.to_lowercase()
    return bare.str.replace_many(_LETTERS).str.replace_all(r"[^\p{L}\p{N}#]+", " ").str.strip_chars()


def _digits(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all(r"\D", "")


def _suffix() -> pl.Expr:
    """`jr`, `sr`, `ii`…: from its own field, else from the end of the last name."""
    own = _joined(pl.col("name_suffix"))
    found = pl.coalesce(own, pl.col("last_name").str.extract(_SUFFIX, 1)).replace(_SUFFIXES)
    return pl.when(found.is_in(["jr", "sr", "ii", "iii", "iv"])).then(found)


def _ssn() -> pl.Expr:
    """Nine digits that may have been issued."""
    number = pl.col("ssn")
    possible = number.str.contains(r"^\d{9}$") & ~number.str.contains(_MONOTONE)
    for never in _NEVER_ISSUED:
        possible &= ~number.str.contains(never)
    return pl.when(possible).then(number)


def _phone() -> pl.Expr:
    """Ten digits of the North American plan, without the leading 1."""
    number = pl.col("phone").str.replace(r"^1(\d{10})$", "$1")
    possible = number.str.contains(r"^[2-9]\d{2}[2-9]\d{6}$") & ~number.str.contains(_MONOTONE)
    return pl.when(possible).then(number)


def _line() -> pl.Expr:
    """Street and unit in one line, each word with a space of its own on both sides."""
    unit = pl.when(pl.col("unit") != "").then(" # " + pl.col("unit")).otherwise(pl.lit(""))
    return " " + (pl.col("street") + unit).str.replace_all(" ", "  ", literal=True) + " "


def _tidy() -> pl.Expr:
    """The line with every word in its short form; units all follow one #."""
    words = pl.col("street").str.replace_many({f" {word} ": f" {short} " for word, short in _WORDS.items()})
    return words.str.replace_all("  ", " ", literal=True).str.strip_chars().str.replace_all("#", " # ", literal=True)


def _street() -> pl.Expr:
    """Number, street and unit. Without a number it is no address that one can live at: a box, a shelter's name."""
    halves = pl.col("street").str.splitn("#", 2)
    before = halves.struct.field("field_0").str.strip_chars()
    after = _joined(halves.struct.field("field_1"))
    full = before + pl.when(after.is_not_null()).then("#" + after).otherwise(pl.lit(""))
    return pl.when(before.str.contains(r"^[a-z]?\d")).then(full)


def _postcode() -> pl.Expr:
    """Five digits; a leading zero that a spreadsheet took off is put back."""
    digits = pl.col("postcode").str.replace_all(r"\s", "").str.replace(r"^(\d{4})(-\d{4})?$", "0$1")
    return digits.str.extract(r"^(\d{5})", 1)


def _joined(plain: pl.Expr) -> pl.Expr:
    return _filled(plain.str.replace_all(r"[ #]", ""))


def _known(joined: pl.Expr) -> pl.Expr:
    return pl.when(~joined.is_in(_NOBODY)).then(joined)


def _variants() -> pl.Expr:
    """`garcialopez, garcia, lopez` for Garcia-Lopez; the name alone for others; null for none."""
    parts = pl.col("last_names")
    several = parts.list.len() >= _FEWEST_PARTS
    long = parts.list.eval(
        pl.element().filter((pl.element().str.len_chars() >= _SHORTEST_PART) & ~pl.element().is_in(_PARTICLES))
    )
    whole = pl.concat_list("last_name")
    names = pl.when(several).then(pl.concat_list(whole, long).list.unique(maintain_order=True)).otherwise(whole)
    return pl.when(pl.col("last_name").is_not_null()).then(names)


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)
