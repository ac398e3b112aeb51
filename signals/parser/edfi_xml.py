"""Ed-Fi bulk interchanges: one XML file, a root, and under it the elements that are rows.

Source: Ed-Fi Data Standard 5.2, bulk interchange schemas. Namespaces are not compared, so that the next version of the
standard reads as this one does where nothing changed. The parser loads no external entity, opens no network, and
refuses a file that declares entities of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
from lxml import etree

from governance.errors import ContractBroken
from signals.column import Column
from signals.feed import Feed
from signals.layout import EdfiFormat
from signals.parser.batch import Batches, Cells
from signals.xml_path import XmlPath, local
from signals.xml_tree import XmlTree

_AGAIN = "Ask for the file again."
_PIECE = 1 << 20
"""Bytes of a file that are parsed before its rows are looked at."""
_CAREFUL: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def parse(feed: Feed, layout: EdfiFormat, path: Path, other: dict[str, int]) -> Iterator[pl.DataFrame]:
    """The rows of an interchange; see `signals.parser.parse`."""
    cells = _Cells(feed.columns, path, layout.root)
    batches = Batches([column.name for column in feed.columns])
    for element in _elements(path, layout.root):
        name = local(element)
        if name == layout.record:
            yield from batches.add(cells.of(element))
        else:
            other[name] = other.get(name, 0) + 1
    yield from batches.rest()


def count(path: Path) -> int:
    """How many elements stand under a file's root."""
    return sum(1 for _ in _elements(path, None))


class _Cells:
    """Finds the columns' texts in an element.

    Args:
        columns: the columns.
        path: the file, where references are looked up.
        root: the file's root element.
    """

    def __init__(self, columns: Sequence[Column], path: Path, root: str) -> None:
        ways = [[XmlPath.of(source) for source in column.sources] for column in columns]
        self._tree = XmlTree([way for each in ways for way in each])
        places = iter(range(sum(map(len, ways))))
        targets = [_targets(path, root, column.refers_to) if column.refers_to else None for column in columns]
        self._ways = [
            [(next(places), meant if way.attribute else None) for way in each]
            for each, meant in zip(ways, targets, strict=True)
        ]
        self._plain = all(len(way) == 1 and way[0][1] is None for way in self._ways)

    def of(self, element: etree._Element) -> Cells:
        """Each column's text: of its sources the first that is there; None where the element has none."""
        texts = self._tree.texts(element)
        if self._plain:
            return texts
        return [
            next((text for place, meant in way if (text := _meaning(texts[place], meant)) is not None), None)
            for way in self._ways
        ]


def _meaning(text: str | None, meant: Mapping[str, str] | None) -> str | None:
    return text if text is None or meant is None else meant.get(text)


def _targets(path: Path, root: str, wanted: str) -> Mapping[str, str]:
    """What elements with an `id` hold, by id: what a reference in the same file means."""
    name, _, inside = wanted.partition("/")
    target = XmlPath.of(inside)
    found: dict[str, str] = {}
    for element in _elements(path, root):
        id, text = element.get("id"), target.text(element) if local(element) == name else None
        if id is not None and text is not None:
            found[id] = text
    return found


def _elements(path: Path, root: str | None) -> Iterator[etree._Element]:
    """The elements directly under the root, some of them at a time in memory."""
    try:
        if path.stat().st_size == 0:
            raise ContractBroken("An XML file is empty.", _AGAIN, code="FILE_EMPTY")
        with path.open("rb") as file:
            yield from _walk(file, _root(file, root))
    except etree.XMLSyntaxError as error:
        what = f"A file is not well-formed XML at line {error.lineno}."
        raise ContractBroken(what, _AGAIN, code="FILE_XML") from None
    except OSError as error:
        what = f"A file cannot be read: {error.strerror or 'the system refused it'}."
        raise ContractBroken(what, "Check its path and who may read it.", code="FILE_UNREADABLE") from None


def _root(file: BinaryIO, wanted: str | None) -> str:
    """The root's tag; nothing under it has been looked at. The file is at its beginning again."""
    _, element = next(iter(etree.iterparse(file, events=("start",), **_CAREFUL)))
    _check_root(element, wanted)
    file.seek(0)
    return str(element.tag)


def _walk(file: BinaryIO, tag: str) -> Iterator[etree._Element]:
    """The root's children: an event for each element inside them would cost more than all the rest."""
    parser = etree.XMLPullParser(events=("start",), tag=tag, **_CAREFUL)
    root: etree._Element | None = None
    while piece := file.read(_PIECE):
        parser.feed(piece)
        for _, element in parser.read_events():
            if root is None and not isinstance(element, tuple):
                root = element
        if root is not None:
            yield from _ended(root, len(root) - 1)  # the last one may not be all there yet
    parser.close()
    if root is not None:
        yield from _ended(root, len(root))


def _ended(root: etree._Element, number: int) -> Iterator[etree._Element]:
    """The first so many of the root's children; forgotten when the next are asked for."""
    if number > 0:
        yield from (element for element in list(root)[:number] if isinstance(element.tag, str))
        del root[:number]


def _check_root(element: etree._Element, root: str | None) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise ContractBroken("An XML file declares a document type of its own.", _AGAIN, code="FILE_XML")
    if root is not None and local(element) != root:
        raise ContractBroken(
            f"The root of an XML file is not {root}.",
            "It is another interchange, or not Ed-Fi: give it to the feed that it belongs to.",
            code="FILE_HEADER",
        )
