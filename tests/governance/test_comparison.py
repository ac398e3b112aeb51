"""Comparison: every difference is found, and it is told which way it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from governance.agreement import Agreement
from governance.comparison import LEFT_OUT, NAMED, Change, How, compare, looser
from governance.comparison_rule import RULES, Effect
from governance.decision import decide
from governance.document import sha256
from governance.mou import Mou
from governance.use import Action
from tests.governance.papers import KNOWN, LUNCH, Document, agreement, field, mou, office, signed, snap, use_of

Edit = Callable[[Document], Any]


def changes(edit: Edit, before: Document | None = None) -> tuple[Change, ...]:
    """What an edit of the SNAP agreement comes to."""
    old = before or snap()
    new = deepcopy(old)
    edit(new)
    return compare(agreement(old), agreement(new))


def first_field(document: Document) -> Document:
    found: Document = document["datasets"][0]["fields"][1]
    return found


def test_the_same_text_has_no_differences() -> None:
    assert compare(agreement(snap()), agreement(snap())) == ()
    assert compare(mou(), mou()) == ()


def test_order_defaults_and_signatures_are_no_difference() -> None:
    reordered = snap()
    reordered["datasets"][0]["fields"].reverse()
    reordered["users"]["roles"].reverse()
    reordered["parties"].pop("processors")
    assert compare(agreement(snap()), signed(reordered)) == ()


def test_an_added_action_is_looser_and_says_where_and_what() -> None:
    (found,) = changes(lambda document: first_field(document)["actions"].append("aggregate"))
    assert found.path == "datasets[dta.snap_cases].fields[certification_end_on].actions[aggregate]"
    assert (found.how, found.effect, found.before, found.after) == (How.ADDED, Effect.LOOSER, None, "aggregate")
    assert found.meaning == "something that may be done with the field"


@pytest.mark.parametrize(
    ("edit", "effect"),
    [
        (lambda d: first_field(d).update(retain_days=900), Effect.LOOSER),
        (lambda d: first_field(d).pop("retain_days"), Effect.LOOSER),
        (lambda d: first_field(d).update(retain_days=30), Effect.STRICTER),
        (lambda d: first_field(d).update(zones=["enclave"]), Effect.STRICTER),
        (lambda d: first_field(d).update({"class": "direct_identifier"}), Effect.STRICTER),
        (lambda d: d["datasets"][0]["fields"][0].update({"class": "measure"}), Effect.LOOSER),
        (lambda d: first_field(d).update(regime="VAWA"), Effect.STRICTER),
        (lambda d: first_field(d).update(regime="FERPA"), Effect.OTHER),
        (lambda d: d["datasets"][0]["fields"].append(field("benefit")), Effect.LOOSER),
        (lambda d: d["datasets"][0]["fields"].pop(), Effect.STRICTER),
        (lambda d: d["datasets"][0]["population"]["excludes"].pop(), Effect.LOOSER),
        (lambda d: d["datasets"][0]["population"]["geography"].append("NY"), Effect.LOOSER),
        (lambda d: d["datasets"][0].update(attestation="required"), Effect.STRICTER),
        (lambda d: d["users"]["roles"].append("supervisor"), Effect.LOOSER),
        (lambda d: d["users"].pop("training"), Effect.LOOSER),
        (lambda d: d["users"]["training"].update(valid_days=30), Effect.STRICTER),
        (lambda d: d["linkage"].update({"with": []}), Effect.STRICTER),
        (lambda d: d["models"].update(train=False), Effect.STRICTER),
        (lambda d: d["models"].update(retire_on_termination=False), Effect.LOOSER),
        (lambda d: d["outputs"].update(min_cell=5), Effect.LOOSER),
        (lambda d: d["outputs"].update(min_cell=20), Effect.STRICTER),
        (lambda d: d["outputs"].update(zeros="suppressed"), Effect.STRICTER),
        (lambda d: d["redisclosure"].update(allowed_to=["DPH"]), Effect.LOOSER),
        (lambda d: d["subject_rights"].update(access_days=30), Effect.LOOSER),
        (lambda d: d["subject_rights"].update(accounting_years=1), Effect.LOOSER),
        (lambda d: d["breach"].update(notify_owner_hours=72), Effect.LOOSER),
        (lambda d: d["term"].update(expires="2030-06-30"), Effect.LOOSER),
        (lambda d: d["term"].pop("review_by"), Effect.LOOSER),
        (lambda d: d["destruction"].update(within_days=10), Effect.STRICTER),
        (lambda d: d["destruction"]["covers"].append("exports"), Effect.STRICTER),
        (lambda d: d["purposes"][0]["legal_basis"][0].update(condition="child_in_agency_care"), Effect.STRICTER),
        (lambda d: d["purposes"][0].update(statement="Offer help."), Effect.OTHER),
        (lambda d: d.update(title="Another title"), Effect.OTHER),
    ],
)
def test_each_key_has_its_own_way(edit: Edit, effect: Effect) -> None:
    (found,) = changes(edit)
    assert found.effect is effect
    assert found.meaning


def test_a_whole_dataset_is_one_difference() -> None:
    def add(document: Document) -> None:
        more = deepcopy(document["datasets"][0])
        more["id"] = "dta.tanf_cases"
        document["datasets"].append(more)

    (found,) = changes(add)
    assert found.path == "datasets[dta.tanf_cases]"
    assert [each["name"] for each in found.after["fields"]] == [
        "first_name",
        "certification_end_on",
        "household_size",
    ]
    assert looser((found,)) == (found,)


def test_the_memorandums_floor_is_compared_too() -> None:
    old = mou()
    new = old.model_copy(update={"floor": old.floor.model_copy(update={"min_cell": 5, "prohibited_actions": ()})})
    assert {change.effect for change in compare(old, new)} == {Effect.LOOSER}
    with pytest.raises(ValueError, match="agreement is compared with"):
        compare(old, agreement(snap()))


def keys_of(model: type[BaseModel], key: str) -> Iterator[str]:
    """Every key of a paper that can differ, as the rules name it."""
    for name, about in model.model_fields.items():
        alias = about.alias or name
        if alias in LEFT_OUT:
            continue
        inner = about.annotation
        models = [each for each in _inside(inner) if isinstance(each, type) and issubclass(each, BaseModel)]
        several = "tuple" in str(inner)
        here = f"{key}.{alias}" + ("[]" if several else "")
        if not models or alias in NAMED:
            yield here
        for each in models:
            yield from (inside for inside in keys_of(each, here))


def _inside(annotation: Any) -> Iterator[Any]:
    yield annotation
    for each in get_args(annotation):
        yield from _inside(each)


NAMES = frozenset({"id", "name", "agency", "unit", "service"})
"""Keys that make a member's name: they cannot differ within one."""

ONE_VALUE = frozenset(
    {"decisions.human_review", "decisions.adverse_use", "derived.inherits", "outputs.complementary"}
    | {"redisclosure.legal_process", "security.at_rest", "security.keys", "security.accounts"}
    | {"subject_rights.correction", "subject_rights.opt_out", "termination.for_cause"}
)


def test_every_key_of_a_paper_has_a_meaning() -> None:
    """A new key of the model must be thought about: which way is looser?"""
    ruled = set(RULES)
    above = tuple(f"{key}." for key in RULES)
    keys = [*keys_of(Agreement, "agreement"), *keys_of(Mou, "mou")]
    assert len(keys) > 60
    silent = [
        key
        for key in keys
        if key not in ruled
        and not key.startswith(above)
        and key.partition(".")[2] not in ONE_VALUE
        and key.rpartition(".")[2] not in NAMES
    ]
    assert silent == []
    whole = {"agreement.mou", "agreement.parties.owner", "agreement.users.training", "agreement.datasets[].attestation"}
    assert ruled <= {*keys, *whole}


def _documents() -> st.SearchStrategy[Document]:
    """SNAP agreements that differ in everything that a decision looks at."""
    actions = st.lists(st.sampled_from([action.value for action in Action]), min_size=1, max_size=4, unique=True)
    zones = st.sampled_from([["enclave"], ["analytic"], ["enclave", "analytic"]])
    classes = st.sampled_from(["measure", "sensitive", "direct_identifier"])
    fields = st.lists(
        st.builds(
            lambda name, class_, zones, actions, days: field(
                name, **{"class": class_, "zones": zones, "actions": actions, "retain_days": days}
            ),
            st.sampled_from(["certification_end_on", "household_size", "benefit"]),
            classes,
            zones,
            actions,
            st.none() | st.integers(1, 900),
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda each: each["name"],
    )
    return st.builds(
        _document, fields, st.booleans(), st.integers(5, 30), st.sampled_from(["2027-01-01", "2028-01-01"])
    )


def _document(fields: list[Document], train: bool, cell: int, expires: str) -> Document:
    document = snap(linkage={"with": [LUNCH]}, term={"effective": "2026-07-01", "expires": expires})
    document["datasets"][0]["fields"] = fields
    document["models"]["train"] = train
    document["outputs"]["min_cell"] = cell
    return document


@given(_documents(), _documents())
def test_the_other_way_round_every_difference_goes_the_other_way(one: Document, other: Document) -> None:
    there, back = compare(agreement(one), agreement(other)), compare(agreement(other), agreement(one))
    assert [change.path for change in there] == [change.path for change in back]
    for this, that in zip(there, back, strict=True):
        assert (this.before, this.after, this.effect) == (that.after, that.before, that.effect.opposite)
    same = sha256(agreement(one)) == sha256(agreement(other))
    assert not same or there == ()


@given(_documents(), st.data())
def test_what_a_new_text_permits_anew_shows_as_looser(old: Document, data: st.DataObject) -> None:
    """The other way round: a text that is nowhere looser permits nothing that the old one did not."""
    new = deepcopy(old)
    other = data.draw(_documents())
    for key in data.draw(st.sets(st.sampled_from(["datasets", "models", "outputs", "term"]), min_size=1)):
        new[key] = other[key]
    before, after = (office(mou(), signed(document)) for document in (old, new))
    effects = {change.effect for change in compare(agreement(old), agreement(new))}
    for action in Action:
        use = use_of(
            action=action,
            fields={data.draw(st.sampled_from(["certification_end_on", "household_size", "benefit"]))},
            zone=data.draw(st.sampled_from(["enclave", "analytic"])),
        )
        allowed = decide(use, after.register, KNOWN, after.clock.now()).permitted
        if allowed and not decide(use, before.register, KNOWN, before.clock.now()).permitted:
            assert Effect.LOOSER in effects
