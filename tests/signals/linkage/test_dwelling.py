from __future__ import annotations

from random import Random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.linkage.dwelling import BIG_FAMILY, FAMILY, dwellings

HOME = {"circle": 0, "house": "12", "road": "elmwood ave", "unit": None, "postcode": "02139", "last_name": "okafor"}
LIVED = {
    "person_node": pl.Int64,
    "circle": pl.Int64,
    "last_name": pl.String,
    "house": pl.String,
    "road": pl.String,
    "unit": pl.String,
    "postcode": pl.String,
    "listed": pl.Boolean,
}
OTHERS = {name: kind for name, kind in LIVED.items() if name not in {"last_name", "listed"}}


def someone(**said: object) -> dict[str, object]:
    """Somebody who lives at HOME, but for what is said."""
    return {**HOME, "listed": False, **said}


def lived(*people: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{"person_node": n, **one} for n, one in enumerate(people)], schema=LIVED)


def together(*people: dict[str, object], others: list[dict[str, object]] | None = None) -> list[list[int]]:
    """Who lives with whom, those in nobody's home left out."""
    found = dwellings(lived(*people), pl.DataFrame(others or [], schema=OTHERS)).homes
    grouped = found.group_by("dwelling").agg(pl.col("person_node").sort())
    return sorted(grouped["person_node"].to_list())


def test_who_lives_alone_in_a_road_that_nobody_else_has_lives_in_the_road_it_is_nearly_spelt_like() -> None:
    assert together(someone(), someone(), someone(road="elmwod ave", last_name="diaz")) == [[0, 1, 2]]


def test_a_numbered_road_is_not_its_neighbour() -> None:
    streets = [someone(road="41st st"), someone(road="41st st"), someone(road="42st st", last_name="diaz")]
    assert together(*streets) == [[0, 1], [2]]


def test_a_street_is_not_the_court_of_its_name() -> None:
    assert together(someone(road="oak st"), someone(road="oak st"), someone(road="oak ct", last_name="diaz")) == [
        [0, 1],
        [2],
    ]


def test_two_roads_that_are_lived_in_are_two() -> None:
    others = [someone(house="7", road="elmwod ave", last_name="lee")]
    assert together(someone(), someone(), someone(road="elmwod ave", last_name="diaz"), *others) == [[0, 1], [2], [3]]


def test_next_door_is_another_home_though_the_name_is_the_same() -> None:
    assert together(someone(), someone(), someone(house="14")) == [[0, 1], [2]]


def test_a_house_without_its_number_is_found_by_the_name() -> None:
    assert together(someone(), someone(), someone(house=None)) == [[0, 1, 2]]
    assert together(someone(), someone(), someone(house=None, last_name="diaz")) == [[0, 1], [2]]


def test_a_missing_number_of_a_name_that_two_houses_have_is_not_guessed() -> None:
    assert together(someone(), someone(house="40"), someone(house=None)) == [[0], [1], [2]]


def test_a_shelter_s_name_is_no_road_where_namesakes_live_together() -> None:
    assert together(*(someone(house=None, road="harbor light mission") for _ in range(2))) == [[0], [1]]


def test_a_road_of_which_nobody_gives_a_number_is_one_home_while_few_live_there() -> None:
    few = [someone(house=None, last_name=name) for name in ("okafor", "diaz")]
    assert together(*few) == [[0, 1]]
    assert together(*few, someone(house="3", last_name="lee")) == [[0], [1], [2]]


def test_a_postcode_that_hardly_anybody_has_is_a_slip() -> None:
    town = [someone(house=str(number), last_name=f"n{number}") for number in range(100, 120)]
    assert together(someone(), someone(postcode="02138", last_name="diaz"), *town)[0] == [0, 1]


def test_the_same_street_in_two_towns_is_two() -> None:
    towns = [
        someone(house=str(number), postcode=code, last_name=f"n{number}")
        for code in ("02139", "02155")
        for number in range(100, 110)
    ]
    assert together(someone(), someone(postcode="02155"), *towns)[:2] == [[0], [1]]


def test_a_postcode_that_is_missing_is_not_guessed_where_two_towns_fit() -> None:
    assert together(someone(), someone(postcode="02155"), someone(postcode=None, last_name="diaz")) == [[0], [1], [2]]


def test_a_big_family_is_one_home_and_as_many_strangers_are_quarters() -> None:
    family = [someone() for _ in range(FAMILY + 1)]
    strangers = [someone(house="300", last_name=f"n{number}") for number in range(FAMILY + 1)]
    assert together(*family, *strangers) == [list(range(FAMILY + 1))]
    assert dwellings(lived(*family, *strangers), pl.DataFrame(schema=OTHERS)).quarters == 1


def test_even_one_name_is_no_family_beyond_a_size() -> None:
    assert together(*(someone() for _ in range(BIG_FAMILY + 1))) == []


def test_the_address_of_quarters_spelt_wrong_houses_nobody_together() -> None:
    strangers = [someone(last_name=f"n{number}") for number in range(FAMILY + 1)]
    wrong = [someone(road="elmwod ave", last_name="diaz"), someone(postcode="99999", last_name="lee")]
    assert together(*strangers, *wrong) == [[FAMILY + 2]]


def test_another_address_of_the_same_person_mends_a_damaged_one() -> None:
    known = {"person_node": 2, "circle": 0, "house": "12", "road": "elmwood ave", "unit": None, "postcode": "02139"}
    damaged = someone(house="15", last_name="diaz")
    assert together(someone(), someone(), damaged) == [[0, 1], [2]]
    assert together(someone(), someone(), damaged, others=[known]) == [[0, 1, 2]]


def test_who_moved_away_is_not_brought_back() -> None:
    before = {"person_node": 2, "circle": 0, "house": "12", "road": "elmwood ave", "unit": None, "postcode": "02139"}
    assert together(someone(), someone(), someone(house="88", road="birch ln"), others=[before]) == [[0, 1], [2]]


def test_circles_do_not_meet() -> None:
    assert together(someone(), someone(circle=1)) == [[0], [1]]


SPOKEN = st.fixed_dictionaries(
    {
        "house": st.sampled_from(["12", "14", None]),
        "road": st.sampled_from(["elmwood ave", "elmwod ave", "harbor light mission", None]),
        "postcode": st.sampled_from(["02139", "02155", None]),
        "unit": st.sampled_from([None, "2"]),
        "last_name": st.sampled_from(["okafor", "diaz", None]),
    }
).filter(lambda one: one["house"] or one["road"])


@settings(max_examples=25)
@given(st.lists(SPOKEN, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_and_nobody_is_in_two_homes(
    people: list[dict[str, object]], random: Random
) -> None:
    frame = lived(*(someone(**one) for one in people))
    nobody = pl.DataFrame(schema=OTHERS)
    order = list(range(frame.height))
    random.shuffle(order)
    one, other = (dwellings(each, nobody).homes for each in (frame, frame[order]))
    assert one["person_node"].is_unique().all()
    both = one.join(other, on="person_node", how="full", coalesce=True)
    assert both.null_count().sum_horizontal().sum() == 0
    assert both.select("dwelling", "dwelling_right").unique().height == one["dwelling"].n_unique()
