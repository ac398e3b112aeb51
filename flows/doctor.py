"""Is this installation what it should be? One small check per question; none of them changes anything."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from flows.bootstrap import Services, build
from flows.breaching import breaches_of
from flows.demo_clock import is_invented
from flows.destroying import overdue
from flows.foreseeing import model_in_use
from flows.migrations import pending
from flows.zone import in_zone
from governance.agreement import Agreement
from governance.errors import LedgerBroken, Misconfigured
from governance.ledger.witnessing import Witnessing
from governance.lifecycle import Status
from governance.policy import Policy
from governance.settings import Settings
from governance.standing import Standing
from signals.alarm import standing as standing_alarms
from signals.freshness import freshness

Question = Callable[[Services], Iterator["Check"]]

PACKAGES = ("governance", "signals", "rules", "alerts", "console", "flows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question's answer. `detail` says what was found, and what to do where `ok` is False."""

    name: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Check]:
    """Ask every question of an installation.

    Args:
        settings: the installation's.

    Returns:
        The answers, also where the first of them is that there is no installation.
    """
    found = [_trespassers()]
    try:
        house = build(settings)
    except Misconfigured as error:  # a sick installation is what this is for: its error is the finding
        return [*found, Check(name="home", ok=False, detail=str(error))]
    return [*found, *(check for name, ask in _QUESTIONS.items() for check in _answer(name, ask, house)), _prefect()]


def _answer(name: str, ask: Question, house: Services) -> list[Check]:
    """A question's answers; what is too broken to be asked about is an answer too."""
    try:
        return list(ask(house))
    except (Misconfigured, LedgerBroken) as error:
        return [Check(name=name, ok=False, detail=str(error))]


def _trespassers() -> Check:
    """Other distributions own the names of our packages; one of them on the path would be imported instead of ours."""
    ours = Path(__file__).resolve().parent.parent
    elsewhere = [name for name in PACKAGES if not _belongs(name, ours)]
    owners = [f"{name} ({', '.join(_owners(name))})" for name in elsewhere]
    owners += [f"{name} ({other})" for name in PACKAGES for other in _owners(name) if other != "hearthline"]
    if owners:
        return Check(name="packages", ok=False, detail=f"Uninstall: {'; '.join(sorted(set(owners)))}.")
    return Check(name="packages", ok=True, detail="All six packages are ours.")


def _belongs(name: str, ours: Path) -> bool:
    module = sys.modules.get(name) or __import__(name)
    return module.__file__ is not None and Path(module.__file__).resolve().parent.parent == ours


def _owners(name: str) -> list[str]:
    return sorted(set(importlib.metadata.packages_distributions().get(name, [])))


def _migrations(house: Services) -> Iterator[Check]:
    for which, engine in house.databases.items():
        waiting = pending(engine, which)
        detail = "up to date" if not waiting else f"{len(waiting)} waiting: run `hearthline init`."
        yield Check(name=f"migrations: {which}", ok=not waiting, detail=detail)


def _keys(house: Services) -> Iterator[Check]:
    vault = house.settings.vault
    exposed = [path.name for path in vault.rglob("*.key") if path.stat().st_mode & 0o077]
    detail = "only the owner may read them" if not exposed else f"{len(exposed)} can be read by others: chmod 600 them."
    yield Check(name="keys", ok=not exposed and (vault / "master.key").exists(), detail=detail)
    missing = [file.id for file in house.store.every_file() if not house.store.path(file).exists()]
    detail = "every sealed file is there" if not missing else f"{len(missing)} sealed files are missing: restore them."
    yield Check(name="sealed files", ok=not missing, detail=detail)


def _ledger(house: Services) -> Iterator[Check]:
    head = house.ledger.head()
    found = house.ledger.verify()
    detail = f"{head.size} entries, root {head.root.hex()[:16]}…" if found.verified else found.problems[0]
    yield Check(name="ledger head", ok=found.verified, detail=detail)


def _agreements(house: Services) -> Iterator[Check]:
    now = house.clock.now()
    for standing in house.register.all():
        if standing.status is Status.CLOSED:
            yield Check(name=f"agreement {standing.id}", ok=True, detail="over; what it brought in is destroyed")
            continue
        stopped = house.register.objection(standing.agreement.id, now)
        detail = "in force" if stopped is None else f"{stopped.code}: {stopped.detail}"
        left = standing.agreement.term.expires - now.date()
        if stopped is None and left <= timedelta(days=90):
            detail = f"in force, but it expires in {left.days} days: renew it."
        yield Check(name=f"agreement {standing.agreement.id}", ok=stopped is None, detail=detail)
    on_file = {standing.agreement.id: standing for standing in house.register.all()}
    drifted = [each.id for each in house.policy.agreements if not _as_on_file(house.policy, each, on_file.get(each.id))]
    detail = "as on file" if not drifted else f"{', '.join(drifted)} differ from what is on file: amend them."
    yield Check(name="policy folder", ok=not drifted, detail=detail)


def _as_on_file(policy: Policy, paper: Agreement, standing: Standing | None) -> bool:
    """Whether the folder's text is the one on file, or an older one that was amended since."""
    if standing is None:
        return False
    return paper.version < standing.version or policy.sha256(paper.id) == standing.sha256


def _breaches(house: Services) -> Iterator[Check]:
    late = [f"{reference} {kept.duty.key}" for reference, kept in breaches_of(house).overdue()]
    detail = "no notice is late" if not late else f"late: {', '.join(late)}. See `hearthline breach list`."
    yield Check(name="breaches", ok=not late, detail=detail)


def _destruction(house: Services) -> Iterator[Check]:
    late = [f"{agreement} by {day}" for agreement, day in sorted(overdue(house).items())]
    detail = (
        "nothing is overdue" if not late else f"should be gone: {', '.join(late)}. See `hearthline agreement destroy`."
    )
    yield Check(name="destruction", ok=not late, detail=detail)


def corrections(house: Services) -> Iterator[Check]:
    """Whether every correction that was asked for was answered in time.

    Args:
        house: the services.
    """
    late = [each.number for each in house.corrections.open() if each.overdue(house.clock.today())]
    detail = "none is overdue" if not late else f"overdue: {', '.join(late)}. See `hearthline subject corrections`."
    yield Check(name="corrections", ok=not late, detail=detail)


def _opt_outs(house: Services) -> Iterator[Check]:
    lost = house.opt_outs.lost()
    detail = "the database has every one that the ledger has"
    if lost:
        detail = f"{', '.join(lost)} are in the ledger and not in the older database: ask those families again."
    yield Check(name="opt-outs", ok=not lost, detail=detail)


def _witnesses(house: Services) -> Iterator[Check]:
    size, found = Witnessing(house.ledger_engine, house.ledger).witnessed(house.settings.witnesses)
    quorum = house.settings.witness_quorum
    detail = f"{len(found)} signed up to entry {size}; {quorum} are asked for. See `hearthline ledger witnesses`."
    yield Check(name="witnesses", ok=len(found) >= quorum, detail=detail)


def _feeds(house: Services) -> Iterator[Check]:
    today = house.clock.today()
    found = freshness(house.engine, house.register, today, house.feeds)
    alarms = standing_alarms(house.engine, house.ledger, found, today)
    for each in found:
        wrong = [f"{alarm.code}: {alarm.detail}." for alarm in alarms if alarm.dataset == each.dataset]
        detail = f"told of up to {each.days} days ago; promised every {each.promised_days}."
        see = ["See `hearthline deliveries list`."] if wrong else []
        yield Check(name=f"feed {each.dataset}", ok=not wrong, detail=" ".join([*wrong, detail, *see]))


def _prefect() -> Check:
    """Whether the Prefect server that the environment names answers; without one, each night brings its own."""
    url = os.environ.get("PREFECT_API_URL")
    if url is None:
        detail = "no server is named (PREFECT_API_URL): each night starts its own, which takes 13 to 30 seconds."
        return Check(name="prefect", ok=True, detail=detail)
    ok = _answers(f"{url.rstrip('/')}/health")
    detail = "the server answers" if ok else "the server that PREFECT_API_URL names does not answer: start it."
    return Check(name="prefect", ok=ok, detail=detail)


def _answers(url: str) -> bool:
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(url, timeout=3) as response:  # noqa: S310  the address is the operator's own setting
            return bool(response.status == HTTPStatus.OK)
    except (URLError, OSError, ValueError):
        return False


def _calendar(house: Services) -> Iterator[Check]:
    day = house.clock.today()
    invented = is_invented(house.settings)
    detail = f"a demonstration's own: today is {day}" if invented else f"the machine's: today is {day}"
    yield Check(name="calendar", ok=True, detail=detail)


def _model(house: Services) -> Iterator[Check]:
    model = model_in_use(house)
    detail = "none in use: nights go by rules alone." if model is None else f"{model.id}, trained up to {model.as_of}"
    yield Check(name="model", ok=True, detail=detail)


def _zone(house: Services) -> Iterator[Check]:
    wrong = [each for each in in_zone(house) if each.status != "in force"]
    detail = "every frame in it is attested" if not wrong else f"{len(wrong)} frames must go: `hearthline attest zone`."
    yield Check(name="analytic zone", ok=not wrong, detail=detail)


_QUESTIONS: dict[str, Question] = {
    "migrations": _migrations,
    "keys": _keys,
    "ledger head": _ledger,
    "agreements": _agreements,
    "breaches": _breaches,
    "destruction": _destruction,
    "corrections": corrections,
    "opt-outs": _opt_outs,
    "witnesses": _witnesses,
    "feeds": _feeds,
    "calendar": _calendar,
    "model": _model,
    "analytic zone": _zone,
}
