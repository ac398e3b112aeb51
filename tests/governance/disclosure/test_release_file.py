from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from governance.disclosure import release_file
from governance.disclosure.release_file import read_release
from governance.errors import Misconfigured
from governance.use import Action, Actor

CLERK = Actor(id="analyst-1", role="analyst", organisation="EOHHS")
EXAMPLE = (release_file.__doc__ or "").partition("\n\n")[2]
COUNTS = "town,reason,count\nHolyoke,shut-off notice,12\nGreenfield,bill in arrears,3\n"


def written(folder: Path, table: str = COUNTS, **changes: Any) -> Path:
    """The example of the module's own text, with some of its keys changed."""
    document = yaml.safe_load(EXAMPLE)
    document["release"].update(changes)
    (folder / "release.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    (folder / "counts.csv").write_text(table, encoding="utf-8")
    return folder / "release.yaml"


def code(file: Path) -> str:
    with pytest.raises(Misconfigured) as raised:
        read_release(file)
    assert "12" not in raised.value.what
    return raised.value.code


def test_the_example_is_read_with_its_counts(tmp_path: Path) -> None:
    document, cube = read_release(written(tmp_path))
    assert cube.cells()["Both counties", "shut-off notice"] == 12
    assert cube.cells()["Franklin", "bill in arrears"] == 3
    use = document.use(CLERK)
    assert (use.action, use.purpose, use.asks[0].dataset) == (Action.RELEASE, "prevention.outreach", "utility.notices")


def test_further_splits_and_withheld_codes_can_be_named(tmp_path: Path) -> None:
    town = {
        "name": "town",
        "codes": ["a", "b"],
        "total": "All",
        "sums": [{"whole": "coast", "parts": ["a"]}],
        "withheld": ["a", "b"],
    }
    file = written(tmp_path, "town,count\na,12\nb,40\n", dimensions=[town])
    _, cube = read_release(file)
    assert cube.cells() == {("a",): 12, ("b",): 40, ("All",): 52, ("coast",): 12}
    assert cube.withheld(("a",))


@pytest.mark.parametrize(
    "counts",
    [
        "",
        "town,count\nHolyoke,12\n",
        "town,reason,count\nHolyoke,12\n",
        "town,reason,count\nHolyoke,shut-off notice,some\n",
        "town,reason,count\nHolyoke,shut-off notice,-12\n",
        "town,reason,count\nHolyoke,shut-off notice,12\nHolyoke,shut-off notice,12\n",
        "town,reason,count\n\n",
        'town,reason,count\n"Holyoke,shut-off notice,12\n',
    ],
)
def test_a_file_of_counts_that_cannot_be_read_is_refused(tmp_path: Path, counts: str) -> None:
    assert code(written(tmp_path, counts)) == "POLICY_INVALID"


def test_a_file_of_counts_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert code(written(tmp_path, counts="elsewhere.csv")) == "POLICY_INVALID"


@pytest.mark.parametrize("changes", [{"series": "weekly"}, {"datasets": []}, {"colour": "red"}, {"dimensions": []}])
def test_a_file_that_means_nothing_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert code(written(tmp_path, **changes)) == "POLICY_INVALID"


def test_a_dimension_takes_codes_or_groups(tmp_path: Path) -> None:
    assert code(written(tmp_path, dimensions=[{"name": "town"}])) == "CUBE_INVALID"
