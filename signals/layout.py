"""Layouts: how a file is written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from governance.written import Text, Written


class CsvFormat(Written):
    """Rows of text between delimiters, quoted where needed, with one line of headers."""

    kind: Literal["csv"]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "latin-1", "cp1252"] = "utf-8"


class HmisFormat(Written):
    """A file of an HMIS CSV export: UTF-8, comma, and each row ends with its export's number."""

    kind: Literal["hmis_csv"]


class EdfiFormat(Written):
    """An Ed-Fi bulk interchange: the root element that the file must have, and the element that is a row."""

    kind: Literal["edfi_xml"]
    root: Text
    record: Text


Format = Annotated[CsvFormat | HmisFormat | EdfiFormat, Field(discriminator="kind")]
