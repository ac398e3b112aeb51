from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from signals.xml_path import XmlPath
from signals.xml_tree import XmlTree

NAMES = st.sampled_from(["A", "B", "C"])
SPACES = st.sampled_from(["", "{http://one.example}", "{http://two.example}"])
TEXTS = st.sampled_from([None, "", "  ", "x", " y ", "uri://z.example#x"])
STEPS = st.builds(
    lambda name, child, texts: f"{name}[{child}={'|'.join(texts)}]" if texts else name,
    NAMES,
    NAMES,
    st.sampled_from([[], ["x"], ["x", "y"]]),
)
PATHS = st.builds(
    lambda steps, attribute: "/".join([*steps, *attribute]) if steps or attribute else "A",
    st.lists(STEPS, max_size=3),
    st.sampled_from([[], ["@id"]]),
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> etree._Element:
    made = etree.Element(draw(SPACES) + draw(NAMES))
    made.text = draw(TEXTS)
    if draw(st.booleans()):
        made.set("id", draw(st.sampled_from(["", " 1", "2"])))
    for _ in range(draw(st.integers(0, 3)) if depth else 0):
        made.append(draw(elements(depth=depth - 1)))
    return made


@given(elements(), st.lists(PATHS, max_size=6))
def test_paths_followed_at_once_find_what_each_finds_alone(element: etree._Element, written: list[str]) -> None:
    paths = [XmlPath.of(each) for each in written]
    assert XmlTree(paths).texts(element) == [path.text(element) for path in paths]
