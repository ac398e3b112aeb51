"""Which addresses are one dwelling, though one of them is damaged: a digit of the postcode, a road spelt wrong, a gap.

The same house is only believed where something tells it from chance. What is damaged is rare: a postcode that hardly
anybody has, a road that nobody else lives in. Where nothing is rare the surname has to say it: with a number, a road or
a unit that one of both leaves out. And where that says nothing, another address that an agency has of the same person
may, if it shares the house or the road with the damaged one. House numbers that differ are two houses: next door is
where relatives live.

An address of more persons than a family has, with as many surnames, is group quarters: a shelter, a dormitory, a
nursing home. It is found before anything else, and a damaged address of it houses nobody together.

Source: of the order (exact, then alike, surnames to repair only, other files last), measured on the simulated towns of
pseudopeople; see docs/measurements.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from signals.linkage.cluster import Labels, components
from signals.linkage.engine import Database, database

FAMILY = 8
"""Persons at one address up to which they may all be one household, whatever they are called."""
BIG_FAMILY = 15
"""Persons at one address up to which they may be one household where half of them at least share a surname."""
_RARE_SHARE = 0.05
_MEMORY = "500MB"
_PLACE = ["circle", "house", "road", "unit", "postcode", "who"]
_ROAD = r"\b(aly|aven?|blvd|cir|ct|cres|dr|expy|hwy|la|ln|loop|path|pkwy|pl|plz|rd|rou?te|row|run|sq|st|ter|trl|way)\b"
"""A road, and not the name of a shelter. Source: USPS Publication 28, appendix C."""
_NEAR_ROAD = """(damerau_levenshtein(a.road, b.road) <= 2 or jaro_winkler_similarity(a.road, b.road) >= 0.88)
    and regexp_replace(a.road, '[^0-9]', '', 'g') = regexp_replace(b.road, '[^0-9]', '', 'g')"""
_ONE_KIND = "(a.kind = b.kind or a.kind is null or b.kind is null)"
_NEAR_HOUSE = "damerau_levenshtein(a.house, b.house) <= 1"
_KIN = "(x.last_name = y.last_name or jaro_winkler_similarity(x.last_name, y.last_name) > 0.9)"
_SLIP = f"least(a.postcode_n, b.postcode_n) <= {_RARE_SHARE} * greatest(a.postcode_n, b.postcode_n)"
_ALIKE = (
    ("house, road, unit", f"a.postcode is distinct from b.postcode and ({_SLIP} or a.postcode is null)", False),
    (
        "house, unit, postcode",
        f"a.road <> b.road and a.road_n = 1 and b.road_n > 1 and {_ONE_KIND} and {_NEAR_ROAD}",
        False,
    ),
    ("house, unit, postcode", f"a.road <> b.road and {_ONE_KIND} and {_NEAR_ROAD}", True),
    ("road, unit, postcode", "a.house is null and b.house is not null", True),
    ("house, unit, postcode", "a.road is null and b.road is not null", True),
    ("house, road, postcode", "a.unit = '' and b.unit <> ''", True),
)
"""What is equal at two places that may be one, what else has to hold, and whether a surname has to be equal too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dwellings:
    """Where people live.

    Attributes:
        homes: person_node, circle, dwelling (a number): those who live together have the same. Who is in group
            quarters is not in it.
        quarters: how many addresses are group quarters.
    """

    homes: pl.DataFrame
    quarters: int


def dwellings(lived: pl.DataFrame, others: pl.DataFrame) -> Dwellings:
    """Find who lives in one dwelling.

    Args:
        lived: the present address of each person: person_node, circle, last_name, house, road, unit, postcode, and
            `listed`, whether it is known to be group quarters.
        others: other addresses known of the same people: person_node, circle, house, road, unit, postcode.
    """
    people = _keyed(lived.with_columns(pl.col("unit").fill_null("")))
    places = _places(people)
    at = people.join(places, on=_PLACE, nulls_equal=True).sort("person_node", "place")
    one = places.height <= 1
    homes = at.filter(~pl.col("quarters")).with_columns(dwelling="place") if one else _mended(places, at, others)
    return Dwellings(homes=homes.select("person_node", "circle", "dwelling"), quarters=places.filter("quarters").height)


def _mended(places: pl.DataFrame, at: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """With the dwelling of everybody who is not in group quarters, damaged addresses mended where that is safe."""
    with database(_MEMORY) as connection:
        connection.register("places", places.to_arrow())
        connection.register("people", at.select("person_node", "last_name", "place").to_arrow())
        alike = _alike(connection)
        aside = places.filter("quarters").select("place").vstack(_damaged_quarters(alike)).unique()
        housed = at.join(aside, on="place", how="anti")
        named = housed.with_columns(dwelling=pl.Series(_labels(places.height, alike, aside)).gather(housed["place"]))
        return _returned(connection, named, others.with_columns(pl.col("unit").fill_null("")))


def _keyed(people: pl.DataFrame) -> pl.DataFrame:
    """With `who`: who may share the place; at an address that does not say enough only those of one surname."""
    numbered = pl.col("house").is_not_null().any().over("circle", "road", "postcode")
    hamlet = ~numbered & pl.col("road").str.contains(_ROAD) & (pl.len().over("circle", "road", "postcode") <= FAMILY)
    numbered_too = pl.col("house").is_not_null() | (pl.col("unit") != "") | hamlet
    whole = pl.col("road").is_not_null() & pl.col("postcode").is_not_null() & numbered_too
    name = pl.when(pl.col("house").is_not_null() | pl.col("road").str.contains(_ROAD)).then("last_name")
    somebody = pl.coalesce(name, pl.format("?{}", "person_node"))
    return people.with_columns(pl.when(whole).then(pl.lit("")).otherwise(somebody).alias("who"))


def _places(people: pl.DataFrame) -> pl.DataFrame:
    """Each place once, numbered, with what tells damaged ones and group quarters."""
    counted = people.with_columns(
        pl.len().over("circle", "road").alias("road_n"), pl.len().over("circle", "postcode").alias("postcode_n")
    )
    told = pl.col("last_name").drop_nulls()
    names = (told.n_unique() + pl.col("last_name").null_count()).alias("names")
    namesakes = told.value_counts(sort=True).struct.field("count").first().fill_null(1).alias("namesakes")
    sizes = (pl.len().alias("n"), names, namesakes, pl.col("listed").any())
    rare = (pl.col("road_n").first(), pl.col("postcode_n").first())
    kind = pl.col("road").str.extract(_ROAD).alias("kind")
    every = counted.group_by(_PLACE).agg(*sizes, *rare).sort(_PLACE, nulls_last=True).with_columns(kind)
    crowded = (pl.col("n") > FAMILY) & ((pl.col("n") > BIG_FAMILY) | (pl.col("namesakes") * 2 < pl.col("n")))
    return every.with_row_index("place").with_columns(
        pl.col("place").cast(pl.Int64), (crowded | pl.col("listed")).alias("quarters")
    )


def _alike(connection: Database) -> pl.DataFrame:
    """Places that may be one: `a` the one of fewer, `b`, `n` (of `b`), `quarters` (`b` is), `alone` (`a` is)."""
    found = connection.sql(f"""
        with pairs as ({" union all ".join(_candidates(rank) for rank in range(len(_ALIKE)))}),
        kin as (
            select distinct a, b from pairs join people x on x.place = a join people y on y.place = b
            where not quarters and {_KIN})
        select pairs.*, kin.a is not null as named from pairs left join kin using (a, b)""")  # noqa: S608 - texts of ours
    return pl.DataFrame(found.to_arrow_table())


def _candidates(rank: int) -> str:
    equal, when, needed = _ALIKE[rank]
    on = " and ".join(f"a.{name} = b.{name}" for name in ["circle", *equal.split(", ")])
    return f"""
        select a.place as a, b.place as b, b.n, b.quarters, a.n <= a.names as alone, {rank} as rank, {needed} as needed
        from places a join places b on {on} and a.place <> b.place and a.n <= b.n and {when}
        where not a.quarters"""  # noqa: S608 - texts of ours


def _damaged_quarters(alike: pl.DataFrame) -> pl.DataFrame:
    """Places that are group quarters written wrong: nobody there shares a surname."""
    return alike.filter(pl.col("quarters") & pl.col("alone")).select(place="a")


def _labels(size: int, alike: pl.DataFrame, aside: pl.DataFrame) -> Labels:
    """The dwelling of each place: a damaged one goes to the surest other; without a surname only where there is one."""
    private = alike.join(aside, left_on="a", right_on="place", how="anti").join(
        aside, left_on="b", right_on="place", how="anti"
    )
    only = pl.col("b").n_unique().over("a", "rank", "named") == 1
    fits = private.filter((pl.col("named") | ~pl.col("needed")) & (only | (pl.col("named") & ~pl.col("needed"))))
    best = fits.sort("a", "named", "rank", "n", "b", descending=[False, True, False, True, False])
    chosen = best.unique("a", keep="first", maintain_order=True)
    return components(size, chosen["a"].to_numpy(), chosen["b"].to_numpy())


def _returned(connection: Database, homes: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Who lives alone at a damaged address goes where another address says, if that is one dwelling and much alike."""
    alone = homes.filter(pl.len().over("dwelling") == 1)
    known = homes.filter(pl.col("house").is_not_null() & pl.col("road").is_not_null())
    one = known.group_by("circle", "house", "road", "unit").agg(
        pl.col("dwelling").first(), pl.col("dwelling").n_unique().alias("dwellings")
    )
    said = others.select("person_node", "circle", "house", "road", "unit").join(
        one.filter(pl.col("dwellings") == 1), on=["circle", "house", "road", "unit"]
    )
    connection.register("alone", alone.select("person_node", "house", "road", "dwelling").to_arrow())
    connection.register("said", said.to_arrow())
    found = connection.sql(f"""
        select person_node, min(b.dwelling) as back from alone a join said b using (person_node)
        where a.dwelling <> b.dwelling and (
            (a.house = b.house and (a.road is null or {_NEAR_ROAD}))
            or (a.road = b.road and (a.house is null or {_NEAR_HOUSE})))
        group by person_node having count(distinct b.dwelling) = 1""")  # noqa: S608 - texts of ours
    back = homes.join(pl.DataFrame(found.to_arrow_table()), on="person_node", how="left")
    return back.with_columns(pl.coalesce("back", "dwelling").alias("dwelling"))
