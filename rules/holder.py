"""What rules keep that rests on an agreement: models. And what they can compute as long as its rows are there.

An indicator is computed when it is looked at, and stored nowhere: it is gone when the rows are that it reads. A model
rests on every agreement whose rows it learnt from, and on those that said who lives with whom; one of them takes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Engine

from governance.database import reading, transaction
from governance.holder import Covers, Holding
from governance.ids import AgreementId, DatasetId
from rules.indicator import Indicator
from rules.scorer import model as registry
from rules.scorer.model import Model
from signals.sealed_file import SIGNAL
from signals.store import Store


class RuleHolder:
    """Answers for indicators and models.

    Args:
        engine: the operational database.
        store: the sealed store, which knows of which datasets there are rows.
        indicators: every indicator, by id.
    """

    def __init__(self, engine: Engine, store: Store, indicators: Mapping[str, Indicator]) -> None:
        self._engine = engine
        self._store = store
        self._indicators = indicators

    @property
    def name(self) -> str:
        """`rules`."""
        return "rules"

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """The models that an agreement had a part in, and the indicators that read its rows."""
        yield from self._computed(agreement)
        yield from (_model(each) for each in self._models(agreement))

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Retire the models: what they learnt is deleted with their figures. Indicators go with the rows they read."""
        for each in self._models(agreement):
            with transaction(self._engine) as connection:
                registry.erase(connection, each.id)
            yield _model(each)

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """Models still registered, and indicators that there are still rows for."""
        yield from self.inventory(agreement)

    def _computed(self, agreement: AgreementId) -> Iterator[Holding]:
        rows: dict[DatasetId, int] = {}
        for file in self._store.every_file():
            if file.agreement == agreement and file.kind == SIGNAL:
                rows[file.dataset] = rows.get(file.dataset, 0) + file.rows
        for id, indicator in sorted(self._indicators.items()):
            if indicator.dataset in rows:
                detail = f"computed from {indicator.dataset} when looked at; not stored"
                count = rows[DatasetId(indicator.dataset)]
                yield Holding(covers=Covers.INDICATORS, kind="indicator", id=id, rows=count, detail=detail)

    def _models(self, agreement: AgreementId) -> list[Model]:
        with reading(self._engine) as connection:
            return [each for each in registry.every(connection) if agreement in {*each.owners, *each.lineage}]


def _model(each: Model) -> Holding:
    detail = f"foresees {each.outcome}, trained as of {each.as_of.isoformat()}"
    return Holding(covers=Covers.MODELS, kind="model", id=each.id, detail=detail)
