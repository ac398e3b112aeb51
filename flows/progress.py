"""Progress in the terminal: a line per stage on standard error, with colours and a clock only where a person looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from flows.night import Beat, Observer


@contextmanager
def watching(title: str) -> Iterator[Observer]:
    """An observer that shows stages as they begin and end.

    Args:
        title: what is being watched.

    Yields:
        A function to call with a stage's name as it begins and as it ends.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        started: dict[str, float] = {}

        def plain(stage: str, beat: Beat) -> None:
            if beat is Beat.ENDS:
                console.print(f"{title}: {stage} done in {perf_counter() - started[stage]:.1f} s")
            else:
                started[stage] = perf_counter()

        yield plain
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bars: dict[str, int] = {}

        def live(stage: str, beat: Beat) -> None:
            if beat is Beat.ENDS:
                progress.update(bars[stage], total=1, completed=1)  # type: ignore[arg-type]
            else:
                bars[stage] = progress.add_task(f"{title}: {stage}", total=None)

        yield live
