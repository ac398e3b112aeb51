from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from signals.linkage.build import Linked, build
from signals.linkage.standard import standardise
from tests.signals.linkage.people import ACTIVE, COURT, KEY, LONER, SCHOOLS, SHELTER, someone, table, ties

# Few values each, so that people collide all the time.
PLACES = [("edfi.student", SCHOOLS), ("edfi.contact", SCHOOLS), ("hmis", SHELTER), ("docket", COURT), ("lone", LONER)]
FACTS: dict[str, list[Any]] = {
    "first_name": ["Ana", "Eva", None],
    "last_name": ["Dyer", "Dyer-Hess", "Hess Jr.", None],
    "middle_name": ["K", "O", None, None],
    "born_on": [date(2010, 1, 2), date(2010, 2, 1), date(1980, 7, 7), None],
    "ssn": ["219-55-1234", "219-55-4321", None, None],
    "phone": ["617-555-0142", "617-555-0143", None],
    "street": ["12 Main St", "12 Main Street Apt 2", None],
    "postcode": ["02139"],
    "known_on": [date(2025, 1, 1), date(2026, 1, 1)],
}
Row = dict[str, Any]


@st.composite
def one(draw: st.DrawFn) -> Row:
    space, agreement = draw(st.sampled_from(PLACES))
    facts = {role: draw(st.sampled_from(values)) for role, values in FACTS.items()}
    return someone(f"{space}:{draw(st.integers(0, 3))}", agreement, **facts)


@st.composite
def tie(draw: st.DrawFn) -> Row:
    space, agreement = draw(st.sampled_from(PLACES))
    row = {"left": f"{space}:{draw(st.integers(0, 3))}", "agreement": agreement, "right": None, "shared": None}
    if draw(st.booleans()):
        return {**row, "shared": draw(st.sampled_from("xy"))}
    return {**row, "right": f"{draw(st.sampled_from(PLACES))[0]}:{draw(st.integers(0, 3))}"}


crowds = st.tuples(st.lists(one(), max_size=14), st.lists(tie(), max_size=4))
Crowd = tuple[list[Row], list[Row]]


def linked(crowd: Crowd, active: dict[str, frozenset[str]] = ACTIVE) -> Linked:
    return build(table(crowd[0]), ties(*crowd[1]), active, key=KEY)


def same(one: Linked, other: Linked) -> None:
    for name in ("persons", "households", "lineage", "edges", "uncertain"):
        assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.counts == other.counts


@given(crowds, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_does_not_matter(crowd: Crowd, chance: random.Random) -> None:
    shuffled = (chance.sample(crowd[0], len(crowd[0])), chance.sample(crowd[1], len(crowd[1])))
    same(linked(crowd), linked(shuffled))


@given(crowds)
@settings(max_examples=30, deadline=None)
def test_the_same_row_twice_changes_nothing(crowd: Crowd) -> None:
    same(linked(crowd), linked((crowd[0] * 2, crowd[1] * 2)))


@given(crowds, st.sampled_from([SCHOOLS, SHELTER, COURT]))
@settings(max_examples=30, deadline=None)
def test_an_agreement_that_stops_leaves_what_would_be_had_its_rows_never_come(crowd: Crowd, stopped: str) -> None:
    rest = {agreement: named for agreement, named in ACTIVE.items() if agreement != stopped}
    without = tuple([row for row in rows if row["agreement"] != stopped] for rows in crowd)
    after = linked(crowd, rest)
    same(after, linked((without[0], without[1])))
    assert stopped not in after.persons["agreement"].to_list()
    assert stopped not in after.edges["agreements"].explode().to_list()
    assert stopped not in after.lineage["agreements"].explode().to_list()


@given(crowds, st.lists(one(), max_size=6))
@settings(max_examples=30, deadline=None)
def test_rows_of_an_inactive_agreement_change_nothing(crowd: Crowd, more: list[Row]) -> None:
    inactive = [{**row, "agreement": "DULA-2026-077"} for row in more]
    same(linked(crowd), linked((crowd[0] + inactive, crowd[1])))


@given(crowds)
@settings(max_examples=50, deadline=None)
def test_a_key_that_two_of_a_space_share_links_nobody(crowd: Crowd) -> None:
    found = linked(crowd)
    keys = {"name_and_phone": ["first_name", "last_name", "phone"], "ssn_and_birth": ["ssn", "born_on"]}
    known = standardise(table(crowd[0])).filter(pl.col("agreement").is_in(list(ACTIVE)))
    for name, key in keys.items():
        within = known.drop_nulls(key).group_by([*key, "space"]).agg(pl.col("person").n_unique().alias("n"), "person")
        shared = within.filter(pl.col("n") > 1)
        # persons all of whose keys are shared can have no edge of that pass
        doubtful = set(shared["person"].explode().to_list())
        certain = known.drop_nulls(key).join(shared.select(key), on=key, how="anti")["person"].to_list()
        edges = found.edges.filter(pl.col("pass") == name)
        assert not (doubtful - set(certain)) & {*edges["left"], *edges["right"]}


@given(crowds)
@settings(max_examples=50, deadline=None)
def test_no_edge_joins_two_of_one_space_nor_a_contradiction_nor_strangers(crowd: Crowd) -> None:
    found = linked(crowd, {**ACTIVE, LONER: frozenset()})
    for edge in found.edges.iter_rows(named=True):
        assert edge["left"].split(":")[0] != edge["right"].split(":")[0]
        assert LONER not in edge["agreements"]
    known = standardise(table(crowd[0])).filter(pl.col("agreement") != LONER)
    single = known.group_by("person").agg(pl.col("ssn").drop_nulls().unique())
    single = single.filter(pl.col("ssn").list.len() == 1).explode("ssn")
    placed = single.join(found.persons.filter(pl.col("agreement") != LONER), left_on="person", right_on="person_key")
    assert placed.group_by("person_right").agg(pl.col("ssn").n_unique())["ssn"].max() in (None, 1)


@given(crowds)
@settings(max_examples=30, deadline=None)
def test_every_person_key_has_one_person_and_every_person_one_household(crowd: Crowd) -> None:
    found = linked(crowd)
    assert not found.households["person"].is_duplicated().any()
    assert not found.lineage["household"].is_duplicated().any()
    assert set(found.persons["person"]) == set(found.households["person"])
    assert set(found.households["household"]) == set(found.lineage["household"])
    named = {row["person"] for row in crowd[0]} | {row[end] for row in crowd[1] for end in ("left", "right")}
    assert set(found.persons["person_key"]) <= named
