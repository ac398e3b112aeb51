"""Where a text stands under an XML element: `Name/FirstName`, `@id`, `Telephone[TelephoneNumberType=Home|Mobile]/…`.

In brackets stands a child and what its text may be; of an Ed-Fi descriptor only what stands after the `#` counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

_STEP = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9]*)(\[(?P<child>[A-Za-z][A-Za-z0-9]*)=(?P<texts>[^\]]+)\])?")

_ANY = "{*}"
"""Before a name: in any namespace, or in none."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: an element's name, and in brackets a child's name and what its text may be."""

    name: str
    child: str
    texts: frozenset[str]

    def fits(self, element: etree._Element) -> bool:
        """Whether an element of that name has such a child, if it needs one."""
        children = element.iterchildren(_ANY + self.child) if self.child else ()
        return not self.child or any((each.text or "").strip().rpartition("#")[2] in self.texts for each in children)


@dataclass(frozen=True, slots=True)
class XmlPath:
    """A path, ready to be followed. `attribute` is the attribute at its end, or empty for an element's text."""

    steps: tuple[Step, ...]
    attribute: str

    @classmethod
    def of(cls, written: str) -> XmlPath:
        """A path as a feed writes it.

        Raises:
            ValueError: it is none.
        """
        elements, _, attribute = written.partition("@")
        parts = [part for part in elements.split("/") if part]
        matches = [_STEP.fullmatch(part) for part in parts]
        if (not parts and not attribute) or any(match is None for match in matches):
            raise ValueError("not a path such as Name/FirstName, @id or Address[AddressType=Home]/City")
        steps = (
            Step(match["name"], match["child"] or "", frozenset((match["texts"] or "").split("|")))
            for match in matches
            if match is not None
        )
        return cls(tuple(steps), attribute)

    def text(self, element: etree._Element) -> str | None:
        """The first text that is found, stripped; None where there is none."""
        found = [element]
        for step in self.steps:
            found = [child for each in found for child in each.iterchildren(_ANY + step.name) if step.fits(child)]
        for each in found:
            text = each.get(self.attribute) if self.attribute else each.text
            if text is not None and text.strip():
                return text.strip()
        return None


def local(element: etree._Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
