"""Many paths followed at once: each element is looked at a single time, however many paths lead through it."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from signals.xml_path import Step, XmlPath, local

Texts = list[str | None]


class XmlTree:
    """Paths laid over each other.

    Args:
        paths: what is looked for.
    """

    def __init__(self, paths: Sequence[XmlPath]) -> None:
        self._number = len(paths)
        self._trunk = _Branch(None)
        for place, path in enumerate(paths):
            self._trunk.at(path.steps).ends.append((place, path.attribute))

    def texts(self, element: etree._Element) -> Texts:
        """What each path finds under an element, as `XmlPath.text` does."""
        found: Texts = [None] * self._number
        self._trunk.take(element, found)
        return found


class _Branch:
    """A step, with what ends there and the steps after it."""

    def __init__(self, step: Step | None) -> None:
        self.step = step
        self.fits = step.fits if step is not None and step.child else None
        self._after: dict[str, list[_Branch]] = {}
        self._by_tag: dict[object, list[_Branch]] = {}
        self.ends: list[tuple[int, str]] = []

    def at(self, steps: Sequence[Step]) -> _Branch:
        """The branch at the end of these steps; grown where it is not there yet."""
        if not steps:
            return self
        step, *rest = steps
        beside = self._after.setdefault(step.name, [])
        branch = next((each for each in beside if each.step == step), None)
        if branch is None:
            branch = _Branch(step)
            beside.append(branch)
        return branch.at(rest)

    def take(self, element: etree._Element, found: Texts) -> None:
        """Note what ends at an element, unless it was found before, and go on below it."""
        for place, attribute in self.ends:
            if found[place] is None:
                text = element.get(attribute) if attribute else element.text
                found[place] = (text and text.strip()) or None
        if not self._after:
            return
        for child in element:
            branches = self._by_tag.get(child.tag)
            if branches is None:  # a name's namespaces are few, so that each tag is taken apart once
                branches = self._by_tag[child.tag] = self._after.get(local(child), [])
            for branch in branches:
                if branch.fits is None or branch.fits(child):
                    branch.take(child, found)
