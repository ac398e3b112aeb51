"""What a night did, in numbers: kept with its record, printed for people and scripts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from flows import night_record
from flows.bootstrap import Services
from flows.foreseeing import model_name
from flows.stage import Refusal
from governance.errors import Misconfigured
from governance.ids import RunId
from rules.reason import not_known
from signals.alarm import refused
from signals.hearing import Unheard


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """What a night did, in numbers, and what was refused, line by line.

    `ran` is False where governance refused everything. `repeated` says that this night was done before, on the same
    inputs, and nothing was changed now. `waiting` counts households with a reason beyond tonight's capacity,
    `quarantined` all rows that stand in quarantine. `model` is the model in use, empty on a night by rules alone, and
    `foreseen` how many households only the model speaks of. `messages` counts the texts that went out for this night's
    tasks, `held` those that did not, by reason. `unheard` are datasets of which it
    is not known what there is to know: since when, why (`silent`, `shape`), and in words.
    """

    run: RunId
    as_of: date
    ran: bool
    repeated: bool = False
    households: int = 0
    persons: int = 0
    signals: int = 0
    quarantined: int = 0
    alerts: int = 0
    waiting: int = 0
    tasks: int = 0
    model: str = ""
    foreseen: int = 0
    messages: int = 0
    held: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    unheard: list[dict[str, str]] = field(default_factory=list)
    alerts_by_rule: dict[str, int] = field(default_factory=dict)
    ledger_size: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def inputs_of(services: Services) -> str:
    """A digest of everything that a night begun now would depend on besides its day and its policy.

    Args:
        services: what it would work with.
    """
    return night_record.inputs_digest(
        services.engine,
        services.register,
        services.clock.now(),
        model=model_name(services),
        out=services.opt_outs.current(),
        refused=refused(services.ledger),
    )


def is_done(services: Services, as_of: date) -> bool:
    """Whether the night for a day was finished before, on the same policy, deliveries and agreements.

    Args:
        services: where it is on record.
        as_of: the day.
    """
    inputs = inputs_of(services)
    nights = night_record.find(services.engine, as_of=as_of, finished=False)
    if not nights or nights[0].finished_at is None:
        return False
    return (nights[0].policy, nights[0].inputs) == (services.policy_hash, inputs)


def last_report(services: Services, as_of: date | None = None, *, repeated: bool = False) -> NightReport:
    """The report of the newest finished night.

    Args:
        services: where it is on record.
        as_of: of this day.
        repeated: what the report is to say of whether anything was done now.

    Raises:
        Misconfigured: `NIGHT_UNKNOWN` where there is none.
    """
    found = night_record.find(services.engine, as_of=as_of)
    if not found:
        raise Misconfigured(
            "No night has been run for that day.", "Run `hearthline nightly --as-of DATE` first.", code="NIGHT_UNKNOWN"
        )
    document: dict[str, Any] = found[0].report
    refusals = [Refusal(**line) for line in document["refusals"]]
    stored = {**document, "as_of": date.fromisoformat(document["as_of"]), "refusals": refusals}
    return NightReport(**{**stored, "ledger_size": services.ledger.size(), "repeated": repeated})


def unheard_line(unheard: Unheard) -> dict[str, str]:
    """A dataset that is not heard of any more, as a night's report has it.

    Args:
        unheard: which, and since when.
    """
    since = unheard.since.isoformat()
    return {"dataset": unheard.dataset, "since": since, "why": unheard.why, "text": not_known(unheard)}


def stored(report: NightReport) -> dict[str, Any]:
    """A report as plain values, as `last_report` reads them back."""
    document = asdict(report)
    document["as_of"] = report.as_of.isoformat()
    return document
