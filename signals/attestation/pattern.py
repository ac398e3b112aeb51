"""What identifiers look like: one pattern for each sort, over the text of a cell.

Source for which sorts there are: the eighteen identifiers of HIPAA's Safe Harbor, 45 CFR 164.514(b)(2)(i). A pattern is
written for polars (Rust's regex: no look-around), and errs towards finding too much: a steward can look again.
"""

from __future__ import annotations

from collections.abc import Mapping

_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_STREETS = (
    r"(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|ct|court|pl|place|blvd|boulevard|ter|terrace|way|pkwy|parkway"
    r"|sq|square|cir|circle|hwy|highway|pike|row|path|calle)"
)

PATTERNS: Mapping[str, str] = {
    "social_security_number": r"(?:^|\D)\d{3}[-. ]?\d{2}[-. ]?\d{4}(?:\D|$)",
    "email": r"(?i)[a-z0-9._%+-]+\s?(?:@|\(at\)|\[at\])\s?[a-z0-9-]+(?:\.[a-z0-9-]+)+",
    "web_address": r"(?i)https?://|\bwww\.|\b(?:\d{1,3}\.){3}\d{1,3}\b",
    "street_address": (rf"(?i)\b\d{{1,6}}[a-z]?\s+(?:[a-z0-9.'-]+\s+){{1,4}}{_STREETS}\b|\bp\.?\s?o\.?\s?box\s*\d"),
    "full_date": (
        r"(?i)\b(?:18|19|20)\d{2}[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:0?[1-9]|[12]\d|3[01])(?:\b|T)"
        r"|\b(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:(?:18|19|20)\d{2}|\d{2})\b"
        r"|(?:^|\D)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\D|$)"
        rf"|\b{_MONTHS}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b|\b\d{{1,2}}[- ]{_MONTHS}[- ,]+\d{{2,4}}\b"
    ),
    "zip_code": r"(?:^|\D)\d{5}(?:-\d{4})?(?:\D|$)",
    "case_number": (
        r"(?i)\b\d{2}[a-z]\d{2}[a-z]{2}\d{5,}\b|\b[a-z]{1,4}[-/ ]\d{4,}[-/ ]\d{2,4}(?:/[a-z]{2})?\b"
        r"|\b\d{2,4}[- /][a-z]{1,4}[- /]\d{3,}\b|\b[a-z]{1,3}[-#]?\d{5,}\b"
    ),
    "record_number": r"\d{6,}",
    "digest": r"(?i)\b(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})\b",
    "free_text": r"(?:\S+\s+){5,}\S+|.{61,}|[\x00-\x1f\x7f]",
}
"""The sorts by name. A cell of a column that is a number in bands, a year and the like is held to its form instead."""

TELEPHONE = r"\d{3}\D{0,3}\d{3}\D{0,2}\d{4}|\+\d[\d ()-]{7,}"
"""What may be a telephone number: `governance.telephone` then says whether it is one."""

WORDS: Mapping[str, str] = {
    "social_security_number": "look like social security numbers",
    "telephone": "hold telephone numbers",
    "email": "hold e-mail addresses",
    "web_address": "hold addresses of the web or of machines",
    "street_address": "hold street addresses",
    "full_date": "hold whole dates",
    "zip_code": "look like ZIP codes of five digits",
    "case_number": "look like case or docket numbers",
    "record_number": "hold numbers of six digits or more, as records are numbered by",
    "digest": "are digests: an unsalted hash of an identifier is that identifier",
    "free_text": "are free text, which nobody can vouch for",
    "person_name": "hold names of people in the source",
    "name_shape": "are written like people's names, and few share them",
    "encoded": "hold identifiers behind an encoding",
    "form": "do not have the column's form",
    "small_area": "are ZIP areas of 20,000 people or fewer (write 000; 45 CFR 164.514(b)(2)(i)(B))",
    "great_age": "are ages over 89 (write 90; 45 CFR 164.514(b)(2)(i)(C))",
    "nearly_unique": "are different nearly everywhere, so that they tell rows apart",
    "formula": "begin as a spreadsheet's formula",
}
"""What is said of rows that a check found, in words."""

SMALL_AREAS = frozenset(
    {
        "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884", "890",
        "893",
    }
)  # fmt: skip
"""ZIP areas of three digits with 20,000 people or fewer. Source: 45 CFR 164.514(b)(2)(i)(B), with the list in HHS,
"Guidance Regarding Methods for De-identification of Protected Health Information" (2012), of the census of 2000."""
