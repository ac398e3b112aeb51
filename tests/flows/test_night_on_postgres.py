"""The same night on PostgreSQL: set up, take in, run, read, verify."""

from __future__ import annotations

from pathlib import Path

from flows.bootstrap import initialise
from flows.intaking import intake_of
from flows.night import run_night
from flows.reading import Reader
from governance.ids import DatasetId
from governance.settings import Settings
from signals.intake import take_folder
from signals.simulator import simulate
from tests.flows import homes


def test_a_night_on_postgres_ends_as_on_sqlite(postgres_url: str, tmp_path: Path) -> None:
    extracts = tmp_path / "extracts"
    simulate(extracts, households=150, months=6, seed=3, until=homes.UNTIL)
    reports = []
    for name, url in (("postgres", postgres_url), ("sqlite", "")):
        house = initialise(Settings(home=tmp_path / name, database_url=url))
        for agency in ("docket", "edfi", "hmis"):
            take_folder(intake_of(house), DatasetId(agency), extracts / agency, known_on=None)
        report = run_night(house, homes.UNTIL)
        assert report.ran
        assert report.tasks == len(Reader(house).queue().tasks) > 0
        assert house.ledger.verify().verified
        assert run_night(house, homes.UNTIL).repeated
        reports.append((report.persons, report.households, report.signals, report.alerts_by_rule, report.tasks))
        house.engine.dispose()
        house.ledger_engine.dispose()
    assert reports[0] == reports[1]
