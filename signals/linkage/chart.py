"""Charts of an evaluation, for a steward: one page that needs nothing from anywhere, with counts and words only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from signals.linkage.evaluation import Error, Evaluation, Part

_WIDTH, _BAR, _GAP, _LABEL = 960, 14, 8, 330
_SAID, _FOUND = "#1b5e7a", "#c9762b"
"""Colours of precision and recall; told apart by everybody, and by their place as well."""
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#1c1c1c}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:left;border-bottom:1px solid #ccc}"
    "td.n{text-align:right}svg{max-width:100%;height:auto}"
)


def page(found: Evaluation) -> str:
    """The page.

    Args:
        found: an evaluation.

    Returns:
        HTML with drawings in it (SVG). Nothing is loaded from anywhere, and nothing runs.
    """
    figures = found.figures
    facts = [
        ("person keys judged", f"{figures.keys}"),
        ("precision of pairs", f"{figures.precision:.4f}"),
        ("recall of pairs", f"{figures.recall:.4f}"),
        ("F1 of pairs", f"{figures.f1:.4f}"),
        ("B-cubed F1", f"{figures.b_cubed_f1:.4f}"),
    ]
    body = [
        "<h1>Linkage against the truth</h1>",
        _table(("figure", "value"), facts),
        (
            f'<p><span style="color:{_SAID}">■</span> precision: of what linkage says, how much is so. '
            f'<span style="color:{_FOUND}">■</span> recall: of what is so, how much linkage says.</p>'
        ),
        "<h2>By agencies</h2>",
        _shares(found.by_agencies, "Precision and recall by pair of agencies"),
        "<h2>By group</h2>",
        _shares(found.by_group, "Precision and recall by group"),
        "<h2>Links that are none</h2>",
        _errors(found.false_links, "Links that are none, by what drew them"),
        "<h2>Links that were missed</h2>",
        _errors(found.missed_links, "Links that were missed, by what was in the way"),
    ]
    head = f'<meta charset="utf-8"><title>Linkage against the truth</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def _shares(parts: Sequence[Part], title: str) -> str:
    """Two bars for each part, from 0 to 1, and the same in a table."""
    if not parts:
        return "<p>None.</p>"
    bars = []
    for row, part in enumerate(parts):
        top = row * (2 * _BAR + _GAP)
        label = f"{part.name} ({part.true_pairs} true pair{'' if part.true_pairs == 1 else 's'})"
        bars.append(_text(0, top + _BAR, label))
        bars.append(_share(top, part.precision, _SAID, part.pairs))
        bars.append(_share(top + _BAR, part.recall, _FOUND, part.true_pairs))
    drawing = _svg(bars, len(parts) * (2 * _BAR + _GAP), title)
    heads = ("", "person keys", "said", "true", "both", "precision", "recall")
    rows = [
        (each.name, each.keys, each.pairs, each.true_pairs, each.hits, f"{each.precision:.4f}", f"{each.recall:.4f}")
        for each in parts
    ]
    return f"{drawing}<details><summary>In numbers</summary>{_table(heads, rows)}</details>"


def _errors(errors: Sequence[Error], title: str) -> str:
    """A bar for each reason, and every kind of error in a table."""
    if not errors:
        return "<p>None.</p>"
    sums: dict[str, int] = {}
    for error in errors:
        sums[error.why] = sums.get(error.why, 0) + error.count
    ranked = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    bars = []
    for row, (why, count) in enumerate(ranked):
        top = row * (_BAR + _GAP)
        bars += [_text(0, top + _BAR - 2, why), _bar(top, count / ranked[0][1], _SAID, str(count))]
    rows = [(each.why, each.what, each.count) for each in errors]
    return _svg(bars, len(ranked) * (_BAR + _GAP), title) + _table(("why", "what", "pairs"), rows)


def _svg(parts: Iterable[str], height: int, title: str) -> str:
    box = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    return f'<svg role="img" aria-label="{escape(title)}" {box}><title>{escape(title)}</title>{"".join(parts)}</svg>'


def _share(top: int, share: float, colour: str, of: int) -> str:
    """A bar of a share; of nothing there is none, though it counts as whole."""
    return _bar(top, share, colour, f"{share:.3f}") if of else _text(_LABEL + 6, top + _BAR - 3, "of none")


def _bar(top: int, share: float, colour: str, said: str) -> str:
    wide = round((_WIDTH - _LABEL - 70) * share, 1)
    drawn = f'<rect x="{_LABEL}" y="{top}" width="{wide}" height="{_BAR - 2}" fill="{colour}"/>'
    return drawn + _text(_LABEL + wide + 6, top + _BAR - 3, said)


def _text(left: float, base: float, said: str) -> str:
    return f'<text x="{left}" y="{base}" font-size="12">{escape(said)}</text>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    kind = ' class="n"' if isinstance(value, int) else ""
    return f"<td{kind}>{escape(str(value))}</td>"
