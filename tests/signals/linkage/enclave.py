"""A house for the tests of the stage: real gate, ledger, vault and store, the packaged feeds, and invented papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.agreement import Agreement
from governance.clock import FixedClock
from governance.database import connect, metadata, sqlite_url, transaction
from governance.document import Paper
from governance.gate import Gate
from governance.ids import DatasetId, DeliveryId
from governance.keystore import MemoryKeyStore
from governance.ledger import Ledger
from governance.register import Register
from governance.use import Action, Actor, Use
from governance.vault import Vault
from governance.written import read
from signals.feed import Feed, Feeds
from signals.linkage.link import Linker
from signals.linkage.memory import Memory
from signals.store import Store
from tests.governance.papers import NOW, field, mou, signed, snap
from tests.signals.linkage.people import COURT, SCHOOLS, SHELTER

STUDENTS, CONTACTS = DatasetId("edfi.students"), DatasetId("edfi.contacts")
TIES, ABSENCES = DatasetId("edfi.student_contacts"), DatasetId("edfi.attendance")
CLIENTS, STAYS, FILINGS = DatasetId("hmis.client"), DatasetId("hmis.enrollment"), DatasetId("docket.filings")
OWNED = {SCHOOLS: (STUDENTS, CONTACTS, TIES, ABSENCES), SHELTER: (CLIENTS, STAYS), COURT: (FILINGS,)}
NAMES = ("first_name", "middle_name", "last_name", "name_suffix")
HOME = ("phone", "street", "unit", "postcode")
KNOWN_ON = date(2026, 8, 3)
FLOW = Actor(id="hearthline", role="flow", organisation="EOHHS")
_TYPES = {"date": pl.Date, "datetime": pl.Date, "integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean}


@dataclass(slots=True)
class Enclave:
    """Everything that linkage works with."""

    linker: Linker
    register: Register
    ledger: Ledger
    store: Store
    gate: Gate
    feeds: Mapping[DatasetId, Feed]

    def put(self, dataset: DatasetId, *rows: dict[str, Any], known_on: date = KNOWN_ON, again: int = 1) -> None:
        """Seal rows as intake would, under the agreement that covers the dataset now."""
        delivery = f"d-{dataset}-{again}"
        (standing,) = self.register.covering(dataset)
        listed = standing.fields(dataset)
        frame = _frame(self.feeds[dataset], rows, known_on, delivery)
        kept = frame.drop([name for name in frame.columns if name[0] != "_" and name not in listed])
        use = Use.of(
            actor=FLOW,
            action=Action.INGEST,
            purpose="prevention.outreach",
            dataset=dataset,
            fields=listed,
            zone="enclave",
        )
        with self.gate.open(self.gate.request(use)) as opened:
            files = self.store.write(opened, dataset=dataset, delivery=DeliveryId(delivery), part=0, frame=kept)
        with transaction(self.linker.engine) as connection:
            self.store.record(connection, files)

    def households(self, dataset: DatasetId, fields: set[str], link: str) -> pl.DataFrame:
        """A dataset's rows with the households that a link run gave them."""
        use = Use.of(
            actor=FLOW,
            action=Action.MATCH,
            purpose="prevention.outreach",
            dataset=dataset,
            fields=fields,
            zone="enclave",
        )
        with self.gate.open(self.gate.request(use)) as opened:
            return pl.concat(self.store.read(opened, dataset, fields, date(2030, 1, 1), link=link))

    def refusals(self) -> list[str]:
        """The codes of every refusal in the ledger."""
        refused = self.ledger.entries(kind="use.refused")
        return [reason["code"] for entry in refused for reason in entry.body["reasons"]]  # type: ignore[union-attr, index, misc, call-overload]


def enclave(folder: Path, *, without: tuple[str, ...] = (), **partners: tuple[str, ...]) -> Enclave:
    """A house with the papers of schools, shelter and court in force.

    Args:
        folder: where everything lies.
        without: fields that no agreement lists (`ssn`).
        partners: for `schools`, `shelter` and `court` the agreements that each names; all of them otherwise.
    """
    engine = connect(sqlite_url(folder / "operational.db"))
    ledger_engine = connect(sqlite_url(folder / "ledger.db"))
    for each, own in ((ledger_engine, True), (engine, False)):
        tables = [table for table in metadata.sorted_tables if (table.info.get("database") == "ledger") is own]
        metadata.create_all(each, tables=tables)
    clock = FixedClock(NOW)
    ledger = Ledger(ledger_engine, key=Ed25519PrivateKey.generate(), origin="test.example/ledger", clock=clock)
    register = Register(engine, ledger, clock)
    feeds = declared()
    on_file: list[Paper] = [mou(), *papers(feeds, without, partners)]
    for paper in on_file:
        register.adopt(paper, by="steward-1")
    vault = Vault(MemoryKeyStore())
    vault.prepare()
    gate, store = Gate(register, ledger, vault, clock, frozenset(feeds)), Store(folder / "sealed", engine)
    linker = Linker(
        engine=engine,
        gate=gate,
        register=register,
        ledger=ledger,
        feeds=feeds,
        store=store,
        vault=vault,
        clock=clock,
        actor=FLOW,
        purpose="prevention.outreach",
        memory=Memory.of(engine, vault, ledger),
    )
    return Enclave(linker, register, ledger, store, gate, feeds)


def declared() -> Feeds:
    """Feeds in the shape of the packaged ones, with no more than linkage looks at."""
    lives_with = {"person": "contact_ref", "space": "edfi.contact", "when": {"lives_with": {"equals": True}}}
    return Feeds(
        {
            STUDENTS: _feed(STUDENTS, "student_id", "edfi.student", *NAMES, "born_on"),
            CONTACTS: _feed(CONTACTS, "contact_ref", "edfi.contact", *NAMES, *HOME),
            TIES: _feed(TIES, "student_id", "edfi.student", others=("contact_ref", "lives_with"), household=lives_with),
            ABSENCES: _feed(ABSENCES, "student_id", "edfi.student"),
            CLIENTS: _feed(CLIENTS, "client_id", "hmis.client", *NAMES, "born_on", "ssn"),
            STAYS: _feed(STAYS, "client_id", "hmis.client", others=("stay",), household={"shared": "stay"}),
            FILINGS: _feed(FILINGS, "party_id", "docket.party", *NAMES, "born_on", *HOME),
        }
    )


def _feed(
    dataset: DatasetId, number: str, space: str, *roles: str, others: tuple[str, ...] = (), household: Any = None
) -> Feed:
    kinds = {"born_on": "date", "lives_with": "boolean"}
    columns = [{"name": name, "from": name, "type": kinds.get(name, "text")} for name in (number, *roles, *others)]
    document: dict[str, Any] = {
        "dataset": dataset,
        "title": dataset,
        "agency": "DESE",
        "source": "invented",
        "format": {"kind": "csv"},
        "file": "*.csv",
        "columns": columns,
        "key": [number, *others[:1]],
        "person": {"field": number, "space": space},
        "occurred_on": None,
        "known_on": {"delivery": True},
        "identity": {role: role for role in roles},
    }
    return read(Feed, {**document, **({"household": household} if household else {})}, where="test")


def papers(
    feeds: Mapping[DatasetId, Feed],
    without: tuple[str, ...] = (),
    partners: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Agreement]:
    """An agreement for schools, shelter and court each, that lists every field of its datasets for matching."""
    made = []
    for word, id in (("schools", SCHOOLS), ("shelter", SHELTER), ("court", COURT)):
        others = tuple(sorted({SCHOOLS, SHELTER, COURT} - {id}))
        datasets = [_listed(feeds[dataset], without) for dataset in OWNED[id]]
        named = (partners or {}).get(word, others)
        made.append(signed(snap(id=id, title=word, linkage={"with": list(named)}, datasets=datasets)))
    return made


def _listed(feed: Feed, without: tuple[str, ...]) -> dict[str, Any]:
    names = sorted(feed.fields - set(without))
    terms = [field(name, **{"class": "quasi_identifier", "zones": ["enclave"], "actions": ["match"]}) for name in names]
    return {"id": feed.dataset, "population": {"geography": ["MA"]}, "refresh_days": 7, "fields": terms}


def _frame(feed: Feed, rows: tuple[dict[str, Any], ...], known_on: date, delivery: str) -> pl.DataFrame:
    schema = {column.name: _TYPES.get(column.type, pl.String) for column in feed.columns}
    number = feed.person.field if feed.person else ""
    space = feed.person.space if feed.person else ""
    whole = pl.DataFrame([{**dict.fromkeys(schema), **row} for row in rows], schema=schema)
    return whole.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("_row"),
        pl.lit(delivery).alias("_delivery"),
        (pl.lit(f"{space}:") + pl.col(number)).alias("_person"),
        pl.lit(None, dtype=pl.Date).alias("_occurred_on"),
        pl.lit(known_on).alias("_known_on"),
        pl.concat_str(*(pl.col(name).cast(pl.String) for name in feed.key), separator="|").alias("_record"),
        pl.lit(None, dtype=pl.Date).alias("_deleted_on"),
    )
