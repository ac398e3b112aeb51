"""Intake: a file comes in, and every row of it is kept and sealed, or quarantined with the reason, or counted.

    ask the gate for `ingest` → read, check and seal batch by batch → one transaction makes it count → the ledger

A crash anywhere leaves nothing half-taken: files that no transaction named are not there for any reader, and the same
command finishes the work. The same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from governance.clock import Clock
from governance.database import reading, transaction
from governance.decision import Decision
from governance.errors import ContractBroken, refusal
from governance.gate import Gate
from governance.ids import DatasetId, DeliveryId
from governance.ledger import Ledger
from governance.register import Register
from governance.use import Action, Actor, Use
from signals import alarm
from signals import delivery as deliveries
from signals import profile as profiles
from signals.delivered import Delivered, report
from signals.delivery import Delivery
from signals.delivery_report import report_on
from signals.feed import Feed, Feeds
from signals.parser import COUNTED, count, parse
from signals.reception import Reception, receive
from signals.store import Store

__all__ = ["Delivered", "Intake", "take", "take_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What intake works with, and on whose behalf: `actor` asks the gate for `purpose`."""

    engine: Engine
    gate: Gate
    register: Register
    ledger: Ledger
    feeds: Feeds
    store: Store
    clock: Clock
    actor: Actor
    purpose: str


def take(intake: Intake, dataset: DatasetId, file: Path, *, known_on: date | None = None) -> Delivered:
    """Take a file of a dataset.

    Args:
        intake: what to work with.
        dataset: whose feed says what the file promises.
        file: the file.
        known_on: the day we learned of it; where it is left out, its rows say so, or it is today.

    Raises:
        Refused: what the gate says; nothing was read.
        ContractBroken: the file as a whole breaks its contract; nothing was kept, and the ledger says so.
    """
    taken = _take(intake, dataset, file, known_on)
    if isinstance(taken, Decision):
        raise refusal(taken.reasons, "See `hearthline agreement list`.")
    return taken


def take_folder(intake: Intake, prefix: str, folder: Path, *, known_on: date | None = None) -> list[Delivered]:
    """Take an agency's folder: every file by the feed that declares its name; the others are counted, and not taken.

    Args:
        intake: what to work with.
        prefix: the agency's datasets, by what their names begin with: `hmis`.
        folder: the files.
        known_on: as for `take`.

    Returns:
        One for each feed's file and one for each file that no feed declares. A dataset that the gate refuses is among
        them with the refusal's code.

    Raises:
        Refused: the gate refused all of it.
        ContractBroken: a file was refused whole. The others were taken first.
    """
    feeds = intake.feeds.of(prefix)
    if not feeds:
        raise refusal(_unknown(intake, DatasetId(prefix)).reasons, "Name an agency's datasets by their prefix.")
    found: list[Delivered] = []
    refusals: list[Decision] = []
    broken: list[ContractBroken] = []
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        claims = [feed for feed in feeds if feed.matches(file.name)]
        if not claims and file.suffix.lower() in COUNTED:
            found.append(_undeclared(file))
        for feed in claims:
            try:
                taken = _take(intake, feed.dataset, file, known_on)
            except ContractBroken as error:
                broken.append(error)
                continue
            if isinstance(taken, Decision):
                refusals.append(taken)
                taken = Delivered(dataset=feed.dataset, refused=taken.reasons[0].code)
            found.append(taken)
    if broken:
        first = broken[0]
        raise ContractBroken(
            f"{len(broken)} of the folder's files were refused: {first.what}", first.do, code=first.code
        )
    if refusals and not any(each.delivery for each in found):
        raise refusal(refusals[0].reasons, "See `hearthline agreement list`.")
    return found


def _take(intake: Intake, dataset: DatasetId, file: Path, known_on: date | None) -> Delivered | Decision:
    """Take a file; a refusal is given back. A broken contract stands in the ledger before it is raised."""
    feed = intake.feeds.get(dataset)
    if feed is None:
        return _unknown(intake, dataset)
    topic = str(dataset)
    try:
        id = deliveries.identify(dataset, file)
        topic = str(id)
        with reading(intake.engine) as connection:
            before = deliveries.find(connection, id)
        return _told(intake, before, repeated=True) if before else _receive(intake, feed, id, file, known_on)
    except ContractBroken as broken:
        intake.ledger.append("delivery.refused", topic, {"dataset": dataset, "code": broken.code})
        if topic != dataset:  # it was read: what is wrong is what the file is like
            alarm.of_refusal(intake.ledger, dataset, DeliveryId(topic), broken.code, intake.clock.today())
        raise


def _receive(intake: Intake, feed: Feed, id: DeliveryId, file: Path, known_on: date | None) -> Delivered | Decision:
    grant = intake.gate.ask(use_to_take(intake, feed, intake.actor))
    if isinstance(grant, Decision):
        return grant
    now, today, other = intake.clock.now(), intake.clock.today(), dict[str, int]()
    with intake.gate.open(grant) as opened, intake.store.writing():
        narrow = feed.narrowed(grant.fields)
        reception = Reception(intake.store, opened, narrow, delivery=id, delivered_on=today, known_on=known_on)
        receive(reception, parse(narrow, file, other))
        tally, counts = reception.tally, reception.quarantine_counts()
        taken = Delivery(
            id=id,
            dataset=feed.dataset,
            agreement=grant.agreement,
            version=grant.version,
            grant_id=grant.id,
            known_on=known_on,
            delivered=tally.delivered,
            kept=tally.kept,
            unlinkable=tally.unlinkable,
            quarantine_counts=counts,
            not_taken=sorted(feed.fields - grant.fields),
            other=other,
            taken_on=today,
            taken_at=now,
            covers=reception.covers(),
        )
        opened.recheck()
        saved = _save(intake, taken, reception)
        opened.count(tally.kept, unlinkable=tally.unlinkable, quarantined=sum(counts.values()))
    return _told(intake, taken, repeated=not saved)


def _told(intake: Intake, taken: Delivery, *, repeated: bool) -> Delivered:
    """What a delivery came to; the ledger has it, and what is alarming about it, also where a crash came in between."""
    told = report(intake.engine, intake.ledger, taken, repeated=repeated)
    alarm.of_delivery(intake.ledger, report_on(intake.engine, intake.register, intake.feeds, taken.id))
    return told


def _save(intake: Intake, taken: Delivery, reception: Reception) -> bool:
    """Make a delivery count, all of it at once; false where another process was quicker with the same file."""
    try:
        with transaction(intake.engine) as connection:
            if deliveries.find(connection, taken.id) is not None:
                return False
            deliveries.record(connection, taken, reception.quarantined())
            profiles.record(connection, taken.id, reception.profile())
            intake.store.record(connection, reception.files)
    except IntegrityError:
        return False
    return True


def _undeclared(file: Path) -> Delivered:
    """A file that no feed declares: no agreement names it, so that its rows are counted and nothing else."""
    try:
        rows = count(file)
    except ContractBroken as broken:
        return Delivered(dataset=file.name, refused=broken.code)
    return Delivered(dataset=file.name, delivered=rows, undeclared=rows)


def _listed(intake: Intake, feed: Feed) -> frozenset[str]:
    """The fields that an agreement in force lists: those of the one that lists most, if several do.

    Where none does, all of the feed's, so that the gate's refusal says what stands against them.
    """
    now, best = intake.clock.now(), frozenset[str]()
    for standing in intake.register.covering(feed.dataset):
        terms = standing.terms[feed.dataset]
        listed = feed.fields & terms.by_action[Action.INGEST] & terms.by_zone["enclave"]
        if len(listed) > len(best) and intake.register.objection(standing.id, now) is None:
            best = listed
    return best or feed.fields


def use_to_take(intake: Intake, feed: Feed, actor: Actor) -> Use:
    """The use of a feed's rows as they come: of every field that an agreement in force lists.

    Args:
        intake: what to work with.
        feed: the feed.
        actor: who takes them in, or looks at those that were set aside.
    """
    return _use(intake, feed.dataset, _listed(intake, feed), actor)


def _use(intake: Intake, dataset: DatasetId, fields: Iterable[str], actor: Actor | None = None) -> Use:
    return Use.of(
        actor=actor or intake.actor,
        action=Action.INGEST,
        purpose=intake.purpose,
        dataset=dataset,
        fields=fields,
        zone="enclave",
    )


def _unknown(intake: Intake, dataset: DatasetId) -> Decision:
    """The gate's word on a dataset that no feed declares."""
    return intake.gate.attempt(_use(intake, dataset, {"*"}))
