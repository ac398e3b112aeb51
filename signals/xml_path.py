"""Where a text stands under an XML element: `Name/FirstName`, `@id`, `Telephone[TelephoneNumberType=Home|Mobile]/…`.

In brackets stands a child and what its text may be; of an Ed-Fi descriptor only what stands after the `#` counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_STEP = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9]*)(\[(?P<child>[A-Za-z][A-Za-z0-9]*)=(?P<texts>[^\]]+)\])?")


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    child: str
    texts: frozenset[str]

    def fits(self, element: etree._Element) -> bool:
        if local(element) != self.name:
            return False
        return not self.child or any(
            local(each) == self.child and (each.text or "").strip().rpartition("#")[2] in self.texts for each in element
        )


@dataclass(frozen=True, slots=True)
class XmlPath:
    """A path, ready to be followed. `attribute` is the attribute at its end, or empty for an element's text."""

    steps: tuple[_Step, ...]
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
            _Step(match["name"], match["child"] or "", frozenset((match["texts"] or "").split("|")))
            for match in matches
            if match is not None
        )
        return cls(tuple(steps), attribute)

    def text(self, element: etree._Element) -> str | None:
        """The first text that is found, stripped; None where there is none."""
        for found in self._follow(element, 0):
            text = found.get(self.attribute) if self.attribute else found.text
            if text is not None and text.strip():
                return text.strip()
        return None

    def _follow(self, element: etree._Element, at: int) -> Iterator[etree._Element]:
        if at == len(self.steps):
            yield element
            return
        for child in element:
            if self.steps[at].fits(child):
                yield from self._follow(child, at + 1)


def local(element: etree._Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
