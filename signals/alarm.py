"""Alarms of feeds: one changed its shape, drifted, or fell silent. Each stands in the ledger once, until it is over.

`FEED_SHAPE` and `FEED_DRIFT` are over with the dataset's next delivery that gives no cause for them, `FEED_STALE` with
its next delivery. The ledger holds names of columns, listed codes and days; no value of a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, select

from governance.database import reading
from governance.ids import DatasetId, DeliveryId
from governance.ledger import Entry, Json, Ledger
from signals.delivery import delivery
from signals.delivery_report import DeliveryReport
from signals.freshness import Freshness

SHAPE, DRIFT, STALE, REFUSED = "feed.shape", "feed.drift", "feed.stale", "feed.refused"
"""What the ledger calls them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm. `topic` is the delivery, or the file, that gave cause for it; `detail` says what is wrong.

    `silences`: what came last cannot be gone by; what rests on the dataset is not known until the next delivery.
    """

    code: str
    dataset: DatasetId
    topic: str
    detail: str
    silences: bool = False


def of_delivery(ledger: Ledger, report: DeliveryReport) -> None:
    """Write down, once, what is wrong with a delivery that was taken.

    Args:
        ledger: the ledger.
        report: the delivery's report.
    """
    if report.unlisted:
        ledger.append_once(SHAPE, report.delivery, {"dataset": report.dataset, "columns": sorted(report.unlisted)})
    if report.drift:
        ledger.append_once(DRIFT, report.delivery, {"dataset": report.dataset, "what": [d.what for d in report.drift]})


def of_refusal(ledger: Ledger, dataset: DatasetId, id: DeliveryId, code: str, day: date) -> None:
    """Write down, once for each file, that one was refused whole for what it is like.

    Args:
        ledger: the ledger.
        dataset: whose file it was said to be.
        id: the file.
        code: what it was refused for.
        day: the day on which it was.
    """
    ledger.append_once(REFUSED, id, {"dataset": dataset, "refused": code, "on": day.isoformat()})


def of_silence(ledger: Ledger, found: Iterable[Freshness]) -> None:
    """Write down, once for each last delivery, that the next one should have come.

    Args:
        ledger: the ledger.
        found: how fresh the datasets are.
    """
    for each in found:
        if each.stale:
            body: dict[str, Json] = {
                "dataset": each.dataset,
                "last_on": each.last_on.isoformat(),
                "promised_days": each.promised_days,
            }
            ledger.append_once(STALE, each.delivery, body)


def standing(engine: Engine, ledger: Ledger, found: Iterable[Freshness], day: date) -> list[Alarm]:
    """The alarms that stood on a day, by dataset: what came after it is not looked at.

    Args:
        engine: the operational database.
        ledger: the ledger.
        found: how fresh the datasets were on the day; one that is stale has its alarm whether or not a night wrote it
            down.
        day: the day looked from.
    """
    last = {each.dataset: each for each in found}
    alarms = [_silent(each) for each in last.values() if each.stale]
    alarms += _raised(ledger, {name: each.delivery for name, each in last.items()}, _taken_at(engine), day)
    return sorted(alarms, key=lambda alarm: (alarm.dataset, alarm.code))


def codes_of(ledger: Ledger, id: DeliveryId) -> list[str]:
    """The codes of the alarms that a delivery ever gave cause for.

    Args:
        ledger: the ledger.
        id: the delivery.
    """
    return [_alarm(entry).code for entry in ledger.entries(kind="feed", topic=id)]


def refused(ledger: Ledger) -> list[str]:
    """The files that were ever refused whole for what they are like.

    Args:
        ledger: the ledger.
    """
    return sorted({entry.topic for entry in ledger.entries(kind=REFUSED)})


def _raised(
    ledger: Ledger, last: dict[DatasetId, DeliveryId], taken_at: dict[DeliveryId, datetime], day: date
) -> Iterator[Alarm]:
    """Alarms of shape and drift that nothing has ended: those of the last delivery, and of a file refused since."""
    refused: dict[DatasetId, Alarm] = {}
    for kind in (SHAPE, DRIFT, REFUSED):
        for entry in ledger.entries(kind=kind):
            alarm = _alarm(entry)
            newest = last.get(alarm.dataset)
            if newest is None:
                continue  # nothing of it is held: never was, or it was destroyed
            if kind == REFUSED:
                if entry.at > taken_at[newest] and _on(entry) <= day:
                    refused[alarm.dataset] = alarm
            elif alarm.topic == newest:
                yield alarm
    yield from refused.values()


def _on(entry: Entry) -> date:
    """The day of a refusal, as the agency's calendar has it; an old entry has only its instant."""
    written = entry.body.get("on")
    return date.fromisoformat(str(written)) if written else entry.at.date()


def _alarm(entry: Entry) -> Alarm:
    dataset = DatasetId(str(entry.body["dataset"]))
    if entry.kind == DRIFT:
        detail = f"not as usual: {_words(entry.body['what'])}"
        return Alarm(code="FEED_DRIFT", dataset=dataset, topic=entry.topic, detail=detail)
    if entry.kind == STALE:
        detail = f"nothing since {entry.body['last_on']}; promised every {entry.body['promised_days']} days"
        return Alarm(code="FEED_STALE", dataset=dataset, topic=entry.topic, detail=detail, silences=True)
    if entry.kind == REFUSED:
        detail = f"a file was refused whole: {entry.body['refused']}"
    else:
        detail = f"codes that its list does not know: {_words(entry.body['columns'])}"
    silences = entry.kind == REFUSED
    return Alarm(code="FEED_SHAPE", dataset=dataset, topic=entry.topic, detail=detail, silences=silences)


def _silent(last: Freshness) -> Alarm:
    detail = f"nothing since {last.last_on.isoformat()}; promised every {last.promised_days} days"
    return Alarm(code="FEED_STALE", dataset=last.dataset, topic=last.delivery, detail=detail, silences=True)


def _words(names: object) -> str:
    return ", ".join(str(name) for name in names) if isinstance(names, list | tuple) else str(names)


def _taken_at(engine: Engine) -> dict[DeliveryId, datetime]:
    with reading(engine) as connection:
        rows = connection.execute(select(delivery.c.id, delivery.c.taken_at))
        return {DeliveryId(row.id): row.taken_at for row in rows}
