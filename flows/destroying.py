"""Destroying what an agreement brought in, for this installation: who holds what, and where to look afterwards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from alerts.holder import AlertHolder
from flows import night_record
from flows.alone import alone
from flows.assembly import ORIGIN
from flows.holder import HomeHolder, NightHolder
from flows.scanning import FileScanner, TableScanner
from flows.services import Services
from governance.contact.holder import ContactHolder
from governance.destruction import Destruction
from governance.destruction.certificate import CERTIFIED, Certificate, issue
from governance.destruction.scan import Scanner
from governance.destruction.scrub import scrub
from governance.holder import Holder
from governance.ids import AgreementId, DatasetId
from governance.key_holder import KeyHolder
from governance.ledger import Json
from governance.lifecycle import Status
from governance.release_holder import ReleaseHolder
from governance.render import render_certificate, render_page
from rules.holder import RuleHolder
from signals.holder import SignalHolder
from signals.linkage.review_holder import LinkReviewHolder

_ENDED = frozenset({Status.DESTRUCTION_PENDING, Status.DESTROYED, Status.CLOSED})


def holders_of(house: Services) -> tuple[Holder, ...]:
    """Everybody who keeps something that may rest on an agreement, in the order in which they let go of it."""
    datasets, rules = partial(_datasets, house), partial(_rules, house)
    return (
        HomeHolder(house.settings.home, house.ledger),
        AlertHolder(house.engine, house.clock, rules=rules, runs=partial(_runs, house)),
        RuleHolder(house.engine, house.store, house.indicators),
        SignalHolder(house.engine, house.store, house.settings.sealed),
        LinkReviewHolder(house.engine),
        house.link_memory.names,
        NightHolder(house.engine, datasets, rules),
        ContactHolder(house.engine),
        house.correction_rows,
        ReleaseHolder(house.engine, house.ledger, house.register),
    )


def destruction_of(house: Services) -> Destruction:
    """Destruction, put together for this installation."""
    key = Ed25519PrivateKey.from_private_bytes(house.vault.secret("ledger"))
    scanners: list[Scanner] = [FileScanner(house.settings.home)]
    scanners += [TableScanner(engine, f"{which} database") for which, engine in house.databases.items()]
    return Destruction(
        register=house.register,
        ledger=house.ledger,
        clock=house.clock,
        keys=KeyHolder(house.vault),
        holders=holders_of(house),
        scanners=tuple(scanners),
        scrub=partial(scrub, house.engine),
        sign=partial(issue, key=key, name=ORIGIN),
    )


def destroy(house: Services, id: AgreementId, *, by: str, why: str = "") -> Certificate:
    """Destroy everything that rests on an agreement that ended; no night runs meanwhile.

    Args:
        house: the services.
        id: the agreement.
        by: who has it done.
        why: why, for the log.

    Raises:
        Busy: a night is under way, or the database is in use.
        Misconfigured: as `Destruction.destroy`.
    """
    with alone(house):
        return destruction_of(house).destroy(id, by=by, why=why)


def certificates(house: Services) -> list[dict[str, Any]]:
    """Every certificate that was issued; and whatever has ended and waits for its own, with the day it is due."""
    destruction, rows = destruction_of(house), list[dict[str, Any]]()
    issued = {entry.topic: entry for entry in house.ledger.entries(kind=CERTIFIED)}
    for standing in house.register.all():
        entry, due = issued.get(standing.id), destruction.due_on(standing.id)
        if entry is None and due is None:
            continue
        rows.append(
            {
                "agreement": standing.id,
                "status": standing.status.value,
                "due_on": due,
                "overdue": due is not None and due < house.clock.today(),
                "issued_at": entry.at if entry else None,
                "sha256": entry.body["sha256"] if entry else None,
                "entry": entry.index if entry else None,
            }
        )
    return rows


def overdue(house: Services) -> dict[AgreementId, date]:
    """Agreements whose data should be gone by now and is not, with the day on which it should have been."""
    return {AgreementId(row["agreement"]): row["due_on"] for row in certificates(house) if row["overdue"]}


def write(certificate: Certificate, folder: Path) -> list[Path]:
    """Write a certificate to a folder: the signed note, as JSON, as text to read, and as a page to print.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    start = folder / f"certificate-{certificate.agreement}"
    texts = {
        ".note": certificate.note,
        ".json": certificate.json(),
        ".txt": render_certificate(certificate),
        ".html": render_page(certificate),
    }
    for ending, text in texts.items():
        start.with_name(start.name + ending).write_text(text, encoding="utf-8")
    return [start.with_name(start.name + ending) for ending in texts]


def _datasets(house: Services, id: AgreementId) -> Collection[DatasetId]:
    """The datasets of an agreement that nothing else brings in: what another one covers may go on being counted."""
    mine = house.register.get(id).terms
    return {dataset for dataset in mine if all(_over(house, each.id, id) for each in house.register.covering(dataset))}


def _over(house: Services, other: AgreementId, id: AgreementId) -> bool:
    return other == id or house.register.get(other).status in _ENDED


def _rules(house: Services, id: AgreementId) -> Collection[str]:
    """The rules that look at or speak of those datasets, in any of their versions."""
    datasets = set(_datasets(house, id))
    known = house.rulebook.indicators
    return {
        rule.id
        for rule in house.rulebook.rules.values()
        for version in rule.versions
        if any(known[name].dataset in datasets for name in rule.spoken(version))
    }


def _runs(house: Services, id: AgreementId) -> Collection[str]:
    """The nights that went by a model which the agreement had a part in. The model may be gone; the log remembers."""
    trained = house.ledger.entries(kind="model.trained")
    models = {entry.topic for entry in trained if id in _listed(entry.body["agreements"])}
    return {record.run for record in night_record.find(house.engine) if record.report.get("model") in models}


def _listed(value: Json) -> Collection[str]:
    return [str(each) for each in value] if isinstance(value, Sequence) else []
