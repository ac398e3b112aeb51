from __future__ import annotations

from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.errors import ContractBroken
from signals.linkage.build import Linked
from signals.linkage.evaluate import Figures, evaluate


def claim(persons: dict[str, str]) -> Linked:
    frame = pl.DataFrame(
        {"person_key": list(persons), "agreement": ["A"] * len(persons), "person": list(persons.values())},
        schema=dict.fromkeys(("person_key", "agreement", "person"), pl.String),
    )
    homes = frame.select("person", pl.col("person").alias("household")).unique()
    return Linked(
        persons=frame,
        households=homes,
        lineage=homes.select("household"),
        edges=pl.DataFrame(),
        out=frozenset(),
        counts={},
    )


def judge(folder: Path, found: dict[str, str], true: dict[str, str]) -> Figures:
    file = folder / "truth.csv"
    file.write_text("person_key,true_person\n" + "".join(f"{key},{person}\n" for key, person in true.items()))
    return evaluate(claim(found), file)


def test_figures_of_a_case_that_one_can_count_by_hand(tmp_path: Path) -> None:
    figures = judge(
        tmp_path, {"a:1": "x", "b:1": "x", "c:1": "x", "a:2": "y"}, {"a:1": "P", "b:1": "P", "c:1": "Q", "a:2": "Q"}
    )
    assert (figures.pairs, figures.true_pairs) == (3, 2)
    assert figures.precision == pytest.approx(1 / 3)
    assert figures.recall == pytest.approx(1 / 2)
    assert figures.f1 == pytest.approx(0.4)
    assert figures.b_cubed_precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert figures.b_cubed_recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)


def test_a_key_that_was_never_linked_counts_as_missed(tmp_path: Path) -> None:
    figures = judge(tmp_path, {"a:1": "x"}, {"a:1": "P", "b:1": "P"})
    assert (figures.precision, figures.recall, figures.f1) == (1.0, 0.0, 0.0)
    assert figures.keys == 2


def test_a_key_that_the_truth_does_not_know_is_not_judged(tmp_path: Path) -> None:
    assert judge(tmp_path, {"a:1": "x", "z:9": "x"}, {"a:1": "P"}).pairs == 0


@given(
    st.dictionaries(st.sampled_from([f"s:{n}" for n in range(9)]), st.sampled_from("xyz")),
    st.dictionaries(st.sampled_from([f"s:{n}" for n in range(9)]), st.sampled_from("PQR"), min_size=1),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_figures_equal_those_counted_pair_by_pair(tmp_path: Path, found: dict[str, str], true: dict[str, str]) -> None:
    figures = judge(tmp_path, found, true)
    pairs = list(combinations(true, 2))
    said = {pair for pair in pairs if pair[0] in found and found[pair[0]] == found.get(pair[1])}
    right = {pair for pair in pairs if true[pair[0]] == true[pair[1]]}
    assert (figures.pairs, figures.true_pairs) == (len(said), len(right))
    assert figures.precision == pytest.approx(len(said & right) / len(said) if said else 1.0)
    assert figures.recall == pytest.approx(len(said & right) / len(right) if right else 1.0)


@pytest.mark.parametrize(
    "text", ["", "key,person\na,b\n", "person_key,true_person\na,\n", "person_key,true_person\na,b\na,c\n"]
)
def test_a_truth_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "truth.csv"
    file.write_text(text)
    with pytest.raises(ContractBroken) as broken:
        evaluate(claim({}), file)
    assert broken.value.code == "TRUTH_INVALID"


def test_a_truth_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="TRUTH_INVALID"):
        evaluate(claim({}), tmp_path / "nowhere.csv")
