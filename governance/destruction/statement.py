"""What a certificate states besides its lines: which agreement, how it ended, who did what when, what is not proved.

Everything is read off the ledger and the agreement; nothing is typed in.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from governance.clock import Clock
from governance.destruction.inventory import FROZEN
from governance.ledger import Entry, Ledger
from governance.ledger.entry import Json
from governance.standing import Standing

COVERED_BY = {
    "raw": "Deliveries, rows in quarantine and telephones deleted; delivered files that lay in this home deleted.",
    "sealed": "Sealed files deleted, after every key that opens them was destroyed.",
    "crosswalk": "Every file that says who lives with whom, and was made from this agreement's rows, deleted.",
    "indicators": "Computed when looked at, and stored nowhere: without the rows there is nothing to compute.",
    "models": "Every model that learnt from its rows, or from households made with them, deleted.",
    "exports": "What had not left is deleted. What was published stays only where the agreement lets it.",
    "backups": "Its keys are destroyed and this installation's own was replaced: no key that is left opens a copy.",
}
"""How each thing that an agreement asks to be destroyed was destroyed."""

KEPT_BECAUSE = {
    "ledger": "The log of who asked for what, when and why. It holds no personal data and cannot be cut.",
    "released_aggregates": "Published tables, suppressed before they left; later ones are held against them.",
}
"""Why what an agreement lets stay stays."""

ALSO_KEPT = (
    "The text of the agreement and its signatures.",
    "That a task was handed to somebody, and that a text was sent: when and to whom, without reasons or words.",
    "A family's yes or no to being texted, under a keyed digest of the number.",
    "The index that tells a family who used its data, when and for what.",
    "How many texts, tasks and refusals a night had: numbers without rules or names.",
)
"""What stays in any case, and is said on every certificate."""

NOT_PROVED = (
    "That nobody copied anything, by hand or by camera, while it could lawfully be read.",
    "That no raw file, as it was delivered, lies outside this home.",
    "That the medium keeps nothing of what was overwritten: on flash, or where a file system copies on write, it may.",
    "That no backup holds the data together with the key store as it was before. Whoever kept both has both.",
    "What other installations hold, to whom data was lawfully passed on.",
)
"""What no program of ours can know."""

_STEPS = "destruction"


def stated(standing: Standing, due: date | None, ledger: Ledger, clock: Clock) -> dict[str, Any]:
    """What a certificate says, but for its lines.

    Args:
        standing: the agreement, whose destruction is pending.
        due: the last day on which its data might still be there.
        ledger: where every step stands.
        clock: the time of issue.
    """
    paper, now = standing.agreement, clock.now()
    steps = list(ledger.entries(kind=_STEPS, topic=standing.id))
    frozen = next(step for step in steps if step.kind == FROZEN)
    return {
        "agreement": {
            "id": standing.id,
            "version": standing.version,
            "sha256": standing.sha256,
            "title": paper.title,
            "owner": paper.parties.owner.agency,
            "recipients": sorted({each.agency for each in paper.parties.recipients}),
        },
        "ended": _ended(standing),
        "asked_by": {"by": frozen.body["by"], "why": frozen.body["why"], "at": frozen.at.isoformat()},
        "issued_at": now.isoformat(),
        "due_on": due.isoformat() if due else None,
        "in_time": due is None or clock.today() <= due,
        "inventory": {"sha256": frozen.body["inventory"], "entry": frozen.index, "lines": frozen.body["items"]},
        "covers": {name: COVERED_BY[name] for name in paper.destruction.covers},
        "kept": [KEPT_BECAUSE[name] for name in paper.destruction.keeps] + list(ALSO_KEPT),
        "scan": _scan(steps),
        "steps": [{"entry": step.index, "kind": step.kind, "at": step.at.isoformat()} for step in _told(steps)],
        "not_proved": list(NOT_PROVED),
    }


def _ended(standing: Standing) -> dict[str, Any]:
    step = next(step for step in standing.history if step.move in {"terminated", "expired"})
    return {"how": step.move, "at": step.at.isoformat(), "by": step.by, "why": step.why, "entry": step.entry}


def _scan(steps: list[Entry]) -> dict[str, Json]:
    """The last scan: the one that found nothing."""
    last = [step for step in steps if step.kind == "destruction.scanned"][-1]
    return {"entry": last.index, "at": last.at.isoformat(), "looked": last.body["looked"], "left": last.body["left"]}


def _told(steps: list[Entry]) -> list[Entry]:
    """The steps without the lines, which stand on the certificate itself."""
    return [step for step in steps if "items" not in step.body or not isinstance(step.body["items"], list)]
