"""An agency's own records are put together first: what one file does not tell, another one of it does."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from signals.linkage.completing import alike, complete
from signals.linkage.record import records

TELLS = {
    "school.users": frozenset({"first_name", "last_name", "phone"}),
    "school.births": frozenset({"born_on"}),
    "school.days": frozenset[str](),
}
SHARED = [frozenset(TELLS)]
BORN = date(2014, 3, 2)


def record(
    dataset: str, person: str = "s:1", agreement: str = "A", known: int = 1, **told: object
) -> dict[str, object]:
    own = {"dataset": dataset, "person": person, "agreement": agreement, "known_on": date(2026, 1, known)}
    return own | told


def completed(*rows: dict[str, object]) -> list[dict[str, object]]:
    return complete(records(pl.DataFrame(list(rows), infer_schema_length=None)), TELLS, SHARED).to_dicts()


def test_a_name_in_one_file_and_a_birth_date_in_another_are_one_record() -> None:
    user, birth = completed(
        record("school.users", first_name="Ada", last_name="Quarry"), record("school.births", born_on=BORN)
    )
    assert (user["last_name"], user["born_on"]) == ("Quarry", BORN)
    assert (birth["first_name"], birth["last_name"], birth["born_on"]) == ("Ada", "Quarry", BORN)


def test_another_persons_or_another_agreements_record_fills_nothing_in() -> None:
    rows = completed(
        record("school.users", last_name="Quarry"),
        record("school.births", person="s:2", born_on=BORN),
        record("school.births", agreement="B", born_on=BORN),
    )
    assert rows[0]["born_on"] is None


def test_what_a_file_tells_and_leaves_empty_stays_empty() -> None:
    rows = completed(
        record("school.users", last_name="Quarry", phone=None),
        record("school.users", first_name="Ada", last_name="Quarry", phone="413-555-0101"),
    )
    assert (rows[0]["first_name"], rows[0]["phone"]) == (None, None)


def test_a_file_of_numbers_alone_stays_one() -> None:
    rows = completed(record("school.users", last_name="Quarry"), record("school.days"))
    assert rows[1]["last_name"] is None


def test_of_two_names_the_one_that_was_known_last_counts_and_it_is_not_mixed() -> None:
    rows = completed(
        record("school.births", born_on=BORN),
        record("school.users", known=2, first_name="Ada", last_name="Marsh"),
        record("school.users", known=3, last_name="Quarry"),
    )
    assert (rows[0]["first_name"], rows[0]["last_name"]) == (None, "Quarry")


def test_only_files_of_one_agreement_with_the_same_numbers_are_put_together() -> None:
    doors = [("A", "s", "users"), ("A", "s", "births"), ("A", "t", "staff"), ("B", "s", "other")]
    assert list(alike(doors)) == [frozenset({"users", "births"})]


ROWS = st.lists(
    st.builds(
        record,
        st.sampled_from(sorted(TELLS)),
        person=st.sampled_from(["s:1", "s:2"]),
        known=st.integers(1, 3),
        last_name=st.sampled_from(["Quarry", "Marsh", None]),
        born_on=st.sampled_from([BORN, None]),
    ),
    min_size=1,
    max_size=6,
)


@given(ROWS)
def test_the_order_of_the_records_changes_nothing(rows: list[dict[str, object]]) -> None:
    own = [{key: value for key, value in row.items() if key in _told(row)} for row in rows]
    mixed = list(reversed(own))
    assert sorted(map(str, completed(*mixed))) == sorted(map(str, completed(*own)))


def _told(row: dict[str, object]) -> set[str]:
    return {"dataset", "person", "agreement", "known_on", *TELLS[str(row["dataset"])]}
