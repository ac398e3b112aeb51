"""Suppression: a table of true counts becomes one that can be published."""

from __future__ import annotations

from collections.abc import Sequence

from governance.disclosure.complementary import protect
from governance.disclosure.cube import Cell, Cube
from governance.disclosure.differencing import key
from governance.disclosure.primary import primary
from governance.disclosure.published import Published, Standard
from governance.disclosure.question import Question, ask, completed
from governance.disclosure.system import Flags, Floats


def suppress(cube: Cube, standard: Standard, earlier: Sequence[Published] = (), number: int = 0) -> Published:
    """Hide what is too small, and what it could be worked out from.

    Args:
        cube: the true counts.
        standard: what the table is held to.
        earlier: everything published before, of this cube or of others.
        number: the release's number.

    Returns:
        The table. Nothing promises that it is safe: ask `audit`. Where an earlier release gives too much away, hiding
        no longer helps.

    Raises:
        Misconfigured: `RELEASE_CONTRADICTS`, `CUBE_INVALID`; see `differencing`.
    """
    mine = tuple(release for release in earlier if release.cube == cube.id)
    small = primary(cube, standard, mine)
    draft = Published.of(cube, number, small, standard)
    question = ask(draft, mine)
    question = question.forgiving(question.firm & ~question.own)
    truth = completed(question, draft, cube)
    hidden = protect(question, truth, _may_hide(question, draft, truth))
    places = question.knowledge.place
    kept: frozenset[Cell] = frozenset(cell for cell in draft.cells if hidden[places[key(draft, cell)]])
    return Published.of(cube, number, small | kept, standard)


def _may_hide(question: Question, draft: Published, truth: Floats) -> Flags:
    """The shown counts of the draft that nobody knows yet. A zero is no help where zeros are shown: it stays one."""
    stated = question.own & ~question.knowledge.hidden & ~question.before
    return stated & (truth >= draft.standard.least_hidden)
