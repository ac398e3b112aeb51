"""Layouts: how a file is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from governance.written import FieldName, Text, Written, once
from signals.json_path import JsonPath
from signals.span import Span
from signals.xml_path import XmlPath

_Raw = Annotated[str, Field(min_length=1)]
"""Text in which spaces count."""


class _Layout(Written):
    """What all layouts can be asked."""

    @property
    def mentioned(self) -> tuple[str, ...]:
        """The fields that it names."""
        return ()

    @property
    def misfit(self) -> str:
        """What is wrong with a row that does not fit; never a value of it."""
        return "the row does not have as many cells, or characters, as its file's rows have"

    def check(self, sources: tuple[str, ...]) -> None:
        """Look at where a column says that it stands.

        Raises:
            ValueError: no file of this layout can have it there.
        """


class CsvFormat(_Layout):
    """Rows of text between delimiters, quoted where needed, with one line of headers."""

    kind: Literal["csv"]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "latin-1", "cp1252"] = "utf-8"


class HmisFormat(_Layout):
    """A file of an HMIS CSV export: UTF-8, comma, and each row ends with its export's number."""

    kind: Literal["hmis_csv"]


class EdfiFormat(_Layout):
    """An Ed-Fi bulk interchange: the root element that the file must have, and the element that is a row."""

    kind: Literal["edfi_xml"]
    root: Text
    record: Text

    def check(self, sources: tuple[str, ...]) -> None:
        """See `_Layout.check`: each must be a path."""
        for source in sources:
            XmlPath.of(source)


class EdfiJsonFormat(_Layout):
    """Resources of the Ed-Fi API, one JSON object on each line.

    `records` are names of which a line's object has at least one, or it is no row: a reference that each resource of
    the kind has, and where the API's reports of deletions put a record's key (`keyValues`, `oldKeyValues`).
    """

    kind: Literal["edfi_json"]
    records: tuple[Text, ...] = Field(min_length=1)

    @property
    def misfit(self) -> str:
        """See `_Layout.misfit`."""
        return "the line is not one JSON object of the feed's kind, or a part of it stands where another belongs"

    def check(self, sources: tuple[str, ...]) -> None:
        """See `_Layout.check`: each must be a path."""
        for source in sources:
            JsonPath.of(source)


class Header(Written):
    """The first line: how it begins, and what else stands in it, by span."""

    begins: Text
    says: Mapping[str, _Raw] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_what_fits(self) -> Header:
        for written, text in self.says.items():
            span = Span.of(written)
            if span.end - span.start != len(text):
                raise ValueError(f"{written} has another number of places than what stands there")
        return self


class Trailer(Written):
    """The last line: how it begins, and where it says how many lines stand between header and trailer."""

    begins: Text
    lines: Text

    @model_validator(mode="after")
    def _counts_somewhere(self) -> Trailer:
        Span.of(self.lines)
        return self


class Repeated(Written):
    """A part of a line that can stand in it again, for another row: its span, and where each further one begins."""

    span: Text
    at: tuple[int, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _stands_apart(self) -> Repeated:
        first = Span.of(self.span)
        starts = (first.start, *self.at)
        if any(later - earlier < first.end - first.start for earlier, later in zip(starts, self.at, strict=False)):
            raise ValueError("parts that stand again follow each other, and do not overlap")
        return self


class Disguise(Written):
    """Fields whose characters stand for others, where the header says so: `mark` in the span `header`.

    `letters` are what is written, `meaning` what each of them means, in the same order.
    """

    fields: tuple[FieldName, ...] = Field(min_length=1)
    header: Text
    mark: _Raw
    letters: _Raw
    meaning: _Raw

    @model_validator(mode="after")
    def _each_means_something(self) -> Disguise:
        Span.of(self.header)
        once(list(self.letters), "letter")
        if len(self.letters) != len(self.meaning):
            raise ValueError("there are as many letters as meanings")
        return self


class FixedWidthFormat(_Layout):
    """Lines whose fields stand at fixed places, of several records told apart by how they begin.

    `record` is how a line begins that is a row; `others` how those of the file's other records begin, which are not
    looked at. A whole line has from the first to the second number of `length` characters; blanks after the last do
    not count. Of `repeated` parts, blank ones and ones of nothing but zeros are no row.
    """

    kind: Literal["fixed_width"]
    record: Text
    others: tuple[Text, ...] = ()
    length: tuple[int, int]
    header: Header
    trailer: Trailer
    repeated: Repeated | None = None
    disguise: Disguise | None = None
    encoding: Literal["utf-8", "latin-1", "cp1252"] = "latin-1"

    @model_validator(mode="after")
    def _holds_together(self) -> FixedWidthFormat:
        once([self.record, *self.others, self.header.begins, self.trailer.begins], "beginning of a line")
        shortest, longest = self.length
        if not 0 < shortest <= longest:
            raise ValueError("length is the shortest and the longest that a line may be")
        if any(part.end > longest for part in self.parts):
            raise ValueError("a part that stands again lies beyond the end of the line")
        return self

    @property
    def mentioned(self) -> tuple[str, ...]:
        """The fields that it names."""
        return self.disguise.fields if self.disguise else ()

    @property
    def parts(self) -> tuple[Span, ...]:
        """Where the parts of a line stand that are a row each; none where a line is one row."""
        if self.repeated is None:
            return ()
        first = Span.of(self.repeated.span)
        return (first, *(first.moved(start - first.start) for start in self.repeated.at))

    def check(self, sources: tuple[str, ...]) -> None:
        """See `_Layout.check`: one span, inside the line, and inside the first of the repeated parts or outside all."""
        if len(sources) != 1:
            raise ValueError("a field of fixed width stands in one place")
        span = Span.of(sources[0])
        if span.end > self.length[1]:
            raise ValueError(f"{sources[0]} lies beyond the end of the line")
        if any(part.meets(span) for part in self.parts) and not self.parts[0].holds(span):
            raise ValueError(f"{sources[0]} lies across the edge of a part that stands again, or in a further one")


Format = Annotated[CsvFormat | HmisFormat | EdfiFormat | EdfiJsonFormat | FixedWidthFormat, Field(discriminator="kind")]
