"""Feeds: what an agency's file promises, declared in YAML. A new file means a new declaration, not new code.

A declaration names the format, the columns and their types, the checks, which column is the person, how it is known
when something happened and when it became known, what says that people live together, and which kinds of signal a row
yields.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from governance.ids import DatasetId
from governance.written import Agency, Dataset, FieldName, Text, Written, invalid, once, read, read_yaml

PACKAGED = Path(__file__).parent / "feeds"
"""The example Commonwealth's feeds."""

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Space = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$")]
Plain = str | int | float | bool
ColumnType = Literal["text", "code", "descriptor", "date", "datetime", "integer", "number", "boolean", "list"]
Role = Literal[
    "first_name", "middle_name", "last_name", "suffix", "born_on", "ssn", "phone", "street", "city", "postcode"
]

Feeds = Mapping[DatasetId, "Feed"]


class Format(Written):
    """How the file is written.

    `csv` has a header line and a delimiter; `hmis_csv` is the CSV of HUD's HMIS specification; `edfi_xml` is Ed-Fi bulk
    XML, of which `record` names the element that is a row.
    """

    kind: Literal["csv", "hmis_csv", "edfi_xml"]
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "latin-1"] = "utf-8"
    record: Text | None = None

    @model_validator(mode="after")
    def _xml_names_its_record(self) -> Format:
        if (self.kind == "edfi_xml") != (self.record is not None):
            raise ValueError("`record` is given for edfi_xml, and only for it")
        return self


class Column(Written):
    """One column: our name for it, where it stands in the file (a header, or a path in XML), and its type.

    A `datetime` is kept as its day. A `descriptor` is an Ed-Fi descriptor, kept as the word behind the #. A `list` is
    PostgreSQL's array text, kept as text.
    """

    name: FieldName
    source: Text = Field(alias="from")
    type: ColumnType = "text"
    required: bool = False


class Person(Written):
    """Which field is the person, and in whose numbering: the same number in another space is somebody else."""

    field: FieldName
    space: Space


class KnownOn(Written):
    """How it is known when a row became known: a field of it, a reporting lag, or the day of the delivery.

    A `lag_days` is the owner's declared delay between what happens and our hearing of it; it serves for files that bring
    the past in one piece. A day given at intake counts instead of it.
    """

    field: FieldName | None = None
    lag_days: Annotated[int, Field(ge=0)] | None = None
    delivery: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> KnownOn:
        if sum(way is not None for way in (self.field, self.lag_days, self.delivery)) != 1:
            raise ValueError("give one of field, lag_days and delivery")
        return self


class Condition(Written):
    """What a value must be. All that is given must hold; an unknown value satisfies nothing but `missing: true`."""

    equals: Plain | None = None
    within: tuple[Plain, ...] | None = Field(default=None, alias="in")
    outside: tuple[Plain, ...] | None = Field(default=None, alias="not_in")
    at_least: float | None = None
    at_most: float | None = None
    missing: bool | None = None


Where = Mapping[FieldName, Condition]


class Household(Written):
    """How a row says that people live together: a number that they share, or a second person that this one lives with."""

    shared: FieldName | None = None
    person: FieldName | None = None
    space: Space | None = None
    when: dict[FieldName, Condition] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Household:
        if (self.shared is None) == (self.person is None) or (self.person is None) != (self.space is None):
            raise ValueError("give `shared`, or `person` with its `space`")
        return self


class Kind(Written):
    """A kind of signal that a row yields where `where` holds.

    `day` is the field that says when it happened (the feed's own where it is left out), `measure` a field that says how
    much, in `unit`.
    """

    kind: Word
    where: dict[FieldName, Condition] = Field(default_factory=dict)
    day: FieldName | None = None
    measure: FieldName | None = None
    unit: Word = "event"


class Check(Written):
    """A promise about a field. A row that breaks it is quarantined under its name.

    An unknown value breaks it, unless `unknown: ok` says that the field may be unknown.
    """

    name: Word
    field: FieldName
    within: tuple[Plain, ...] | None = Field(default=None, alias="in")
    pattern: Text | None = None
    range: tuple[float, float] | None = None
    not_after: FieldName | Literal["known_on"] | None = None
    not_before: FieldName | None = None
    unknown: Literal["ok"] | None = None

    @model_validator(mode="after")
    def _one_promise(self) -> Check:
        given = (self.within, self.pattern, self.range, self.not_after, self.not_before)
        if sum(promise is not None for promise in given) != 1:
            raise ValueError("give one of in, pattern, range, not_after and not_before")
        return self


class Feed(Written):
    """One dataset's declaration. `file` is the name (a pattern) of its file in an agency's folder."""

    dataset: Dataset
    title: Text
    agency: Agency
    source: Text
    format: Format
    file: Text
    columns: tuple[Column, ...]
    key: tuple[FieldName, ...]
    person: Person | None = None
    occurred_on: FieldName | None = None
    known_on: KnownOn
    deleted_on: FieldName | None = None
    identity: dict[Role, FieldName] = Field(default_factory=dict)
    household: Household | None = None
    kinds: tuple[Kind, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """Our names of all its columns."""
        return frozenset(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column by our name."""
        return next(column for column in self.columns if column.name == name)

    def kind(self, name: str) -> Kind | None:
        """The kind of signal by name; None where this feed does not yield it."""
        return next((kind for kind in self.kinds if kind.kind == name), None)

    def is_file(self, name: str) -> bool:
        """Whether a file of this name in the agency's folder is this feed's."""
        return fnmatch(name, self.file)

    @model_validator(mode="after")
    def _names_exist(self) -> Feed:
        once([column.name for column in self.columns], "column")
        once([kind.kind for kind in self.kinds], "kind")
        missing = sorted(self._named() - self.fields)
        if missing:
            raise ValueError(f"names fields that are no columns: {', '.join(missing)}")
        if not self.key:
            raise ValueError("a row needs a key, so that a correction can find it")
        return self

    def _named(self) -> set[str]:
        named = {*self.key, *self.identity.values()}
        named |= {field for field in (self.occurred_on, self.deleted_on, self.known_on.field) if field}
        if self.person:
            named.add(self.person.field)
        if self.household:
            named |= {field for field in (self.household.shared, self.household.person, *self.household.when) if field}
        for kind in self.kinds:
            named |= {field for field in (kind.day, kind.measure, *kind.where) if field}
        for check in self.checks:
            others = {check.not_after, check.not_before} - {None, "known_on"}
            named |= {check.field, *(other for other in others if other)}
        return named


def load_feeds(folder: Path | None = None) -> dict[DatasetId, Feed]:
    """Every feed of a folder, by dataset.

    Args:
        folder: YAML files, one feed each, named by its dataset; the packaged example where it is left out.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming file and key, for one that cannot mean what it says.
    """
    found: dict[DatasetId, Feed] = {}
    for path in sorted((folder or PACKAGED).glob("*.yaml")):
        feed = read(Feed, read_yaml(path), where=path.name)
        if feed.dataset != path.stem:
            raise invalid(path.name, "dataset", f"is {feed.dataset}, but a feed's file is named by its dataset")
        found[feed.dataset] = feed
    return found
