"""What the home itself keeps that rests on an agreement: delivered files that lie about in it, and nights' reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from sqlalchemy import Engine

from flows import night_record
from governance.database import transaction
from governance.holder import Covers, Holding
from governance.ids import AgreementId, DatasetId, RunId
from governance.ledger import Ledger
from signals.delivery import identify

_NOT_DELIVERED = frozenset({"sealed", "vault", "prefect"})
"""Folders of a home in which no delivered file lies: they are looked through by those who keep something there."""
_DATABASES = (".db", ".db-wal", ".db-shm", ".db-journal")


class HomeHolder:
    """Answers for delivered files inside the home, as agencies wrote them.

    A file is known by its bytes: whatever it is called and wherever it lies, it is the delivery that was taken.

    Args:
        home: the installation's folder.
        ledger: has every delivery that was ever taken.
    """

    def __init__(self, home: Path, ledger: Ledger) -> None:
        self._home = home
        self._ledger = ledger

    @property
    def name(self) -> str:
        """`home`."""
        return "home"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """Every delivered file of an agreement that lies in the home."""
        yield from (holding for _, holding in self._lying(agreement))

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Delete them."""
        for path, holding in list(self._lying(agreement)):
            path.unlink(missing_ok=True)
            yield holding

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """Those that are still there."""
        yield from self.inventory(agreement)

    def _lying(self, agreement: AgreementId) -> Iterator[tuple[Path, Holding]]:
        taken = self._taken(agreement)
        datasets = sorted({dataset for dataset, _ in taken.values()})
        for path in delivered_like(self._home) if taken else ():
            for dataset in datasets:
                id = identify(dataset, path)
                if id in taken:
                    yield path, _file(id, *taken[id])

    def _taken(self, agreement: AgreementId) -> dict[str, tuple[DatasetId, int]]:
        """Dataset and rows of every delivery that was taken under an agreement, by its id."""
        return {
            entry.topic: (DatasetId(str(entry.body["dataset"])), int(str(entry.body["delivered"])))
            for entry in self._ledger.entries(kind="delivery.taken")
            if entry.body["agreement"] == agreement
        }


class NightHolder:
    """Answers for what nights' reports say about an agreement's fields and rules.

    Args:
        engine: the operational database.
        datasets: those that only this agreement covers.
        rules: the rules that look at or speak of them.
    """

    def __init__(
        self,
        engine: Engine,
        datasets: Callable[[AgreementId], Collection[DatasetId]],
        rules: Callable[[AgreementId], Collection[str]],
    ) -> None:
        self._engine = engine
        self._datasets = datasets
        self._rules = rules

    @property
    def name(self) -> str:
        """`nights`."""
        return "nights"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """Every night whose report names an agreement's fields, or counts households by its rules."""
        yield from (holding for _, holding, _ in self._naming(agreement))

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Take both out of the reports. How much a night did in all stays."""
        datasets, rules = set(self._datasets(agreement)), set(self._rules(agreement))
        for run, holding, record in list(self._naming(agreement)):
            fields = {dataset: names for dataset, names in record.fields.items() if dataset not in datasets}
            counts = record.report.get("alerts_by_rule", {})
            report = record.report | {"alerts_by_rule": {rule: n for rule, n in counts.items() if rule not in rules}}
            with transaction(self._engine) as connection:
                night_record.redact(connection, run, fields=fields, report=report)
            yield holding

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """Those that still do."""
        yield from self.inventory(agreement)

    def _naming(self, agreement: AgreementId) -> Iterator[tuple[RunId, Holding, night_record.NightRecord]]:
        datasets, rules = set(self._datasets(agreement)), set(self._rules(agreement))
        for record in night_record.find(self._engine, finished=False):
            named = len(datasets & record.fields.keys())
            counted = len(rules & record.report.get("alerts_by_rule", {}).keys())
            if named or counted:
                detail = f"names {named} datasets, counts by {counted} rules"
                kind = "night's report"
                yield (
                    record.run,
                    Holding(covers=Covers.ALERTS, kind=kind, id=record.run, rows=counted, detail=detail),
                    record,
                )


def delivered_like(home: Path) -> Iterator[Path]:
    """Files of a home that could be deliveries: neither the sealed store's, nor keys, nor a database's."""
    for path in sorted(home.rglob("*")):
        if path.relative_to(home).parts[0] in _NOT_DELIVERED or path.name.endswith(_DATABASES):
            continue
        if path.is_file() and not path.is_symlink():
            yield path


def _file(id: str, dataset: DatasetId, rows: int) -> Holding:
    detail = f"{dataset}, as it was delivered, inside this home"
    return Holding(covers=Covers.RAW, kind="delivered file", id=id, rows=rows, detail=detail)
