"""A use as the ledger has it: who asked for what, what was known, and what the answer was. No person is named.

`about` never comes here: what stands for the households is a salted commitment, made by whoever keeps the index.
"""

from __future__ import annotations

from typing import Any, Protocol

from governance.decision import Decision
from governance.errors import Reason
from governance.use import Ask, Use
from governance.use_clause import is_text
from governance.wording import shown, shown_purpose

TOPIC_LENGTH = 160
"""A ledger entry's topic has room for so much; an asker may name a dataset of any length."""


class Commitments(Protocol):
    """Where the households of a use are kept, apart from the ledger. See `governance.subject`."""

    def commit(self, about: frozenset[str]) -> str:
        """Keep them, and give the commitment that the ledger may hold.

        Args:
            about: household ids; at least one.
        """


def entry_kind(decision: Decision) -> str:
    """The kind of entry that a decision is written down as."""
    return "use.permitted" if decision.permitted else "use.refused"


def topic(use: Use) -> str:
    """What the entry is about: the first dataset."""
    return shown([use.asks[0].dataset])[:TOPIC_LENGTH] if use.asks else "-"


def described(use: Use, subjects: str = "") -> dict[str, Any]:
    """A use as part of an entry's body. What does not look like a name is not repeated: it could be anything.

    Args:
        use: who, what for, which fields.
        subjects: the commitment to the households that it looks at; empty where it looks at none.
    """
    return {
        "actor": use.actor.id if is_text(use.actor.id) else "(not a name)",
        "role": shown([use.actor.role]),
        "organisation": shown([use.actor.organisation]),
        "action": shown([use.action]),
        "purpose": shown_purpose(use.purpose),
        "asks": [_asked(ask) for ask in use.asks],
        "zone": use.zone,
        "run": use.run,
        "lineage": sorted(shown([id]) for id in use.lineage),
    } | stated(use, subjects)


def stated(use: Use, subjects: str = "") -> dict[str, Any]:
    """Those parts of a use that most uses do not have; what is not there is left out."""
    model = {"id": shown([use.model.id]), "purpose": shown_purpose(use.model.purpose)} if use.model else None
    recipient = shown([use.recipient]) if use.recipient else ""
    parts = {"recipient": recipient, "model": model, "facts": _written(use.facts.body()), "subjects": subjects}
    return {name: part for name, part in parts.items() if part}


def _written(value: Any) -> Any:
    """A value with every text in it that cannot be written down left out."""
    if isinstance(value, str):
        return value if is_text(value) else "(not a name)"
    if isinstance(value, list):
        return [_written(each) for each in value]
    return {name: _written(each) for name, each in value.items()} if isinstance(value, dict) else value


def answered(decision: Decision) -> dict[str, Any]:
    """A decision as part of an entry's body."""
    owing = {} if decision.obligations is None else {"obligations": decision.obligations.body()}
    return {
        "reasons": [plain(reason) for reason in decision.reasons],
        "agreements": [{"id": id, "version": version} for id, version in decision.agreements],
    } | owing


def plain(reason: Reason) -> dict[str, str]:
    """A failing clause in plain values."""
    return {"code": reason.code, "clause": reason.clause, "detail": reason.detail}


def _asked(ask: Ask) -> dict[str, Any]:
    basis = {"basis": shown([ask.basis])} if ask.basis else {}
    return {"dataset": shown([ask.dataset]), "fields": sorted(shown([name]) for name in ask.fields)} | basis
