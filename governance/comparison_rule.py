"""What a difference between two texts means: for every key of a paper, which way is looser, and for whom.

`looser` means that the new text permits more, asks less of whoever uses the data, or leaves the people in the data with
less; `stricter` the opposite; `other` that it is neither, or that nobody can say without reading it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from governance.attestation.terms import USUAL_DAYS, USUAL_K


class Effect(StrEnum):
    """Which way a difference goes."""

    LOOSER = "looser"
    STRICTER = "stricter"
    OTHER = "other"

    @property
    def opposite(self) -> Effect:
        """The same difference, the other way round."""
        return {Effect.LOOSER: Effect.STRICTER, Effect.STRICTER: Effect.LOOSER, Effect.OTHER: Effect.OTHER}[self]


Judge = Callable[[Any, Any], Effect]
"""From what was and what is to which way it goes; None stands for nothing written."""

_CLASSES = ("measure", "sensitive", "quasi_identifier", "direct_identifier")
"""From the class with the fewest fences to the one with the most."""
_BARRING = frozenset({"VAWA", "PART2"})
"""Regimes under which a law bars uses by itself."""


def more(before: Any, after: Any) -> Effect:
    """A number or a day, of which more is looser; nothing written is the most."""
    if before is None or after is None:
        return Effect.LOOSER if after is None else Effect.STRICTER
    return _ordered(before, after)


def less(before: Any, after: Any) -> Effect:
    """A number or a day, of which less is looser."""
    return _ordered(before, after).opposite


def has(before: Any, after: Any) -> Effect:
    """A member of a list, or a switch: having it is looser."""
    had, got = bool(before), bool(after)
    if had == got:
        return Effect.OTHER
    return Effect.LOOSER if got else Effect.STRICTER


def lacks(before: Any, after: Any) -> Effect:
    """A member of a list, or a switch: having it is stricter."""
    return has(before, after).opposite


def either(_before: Any, _after: Any) -> Effect:
    """Neither looser nor stricter."""
    return Effect.OTHER


def _class(before: Any, after: Any) -> Effect:
    """A field's class: a direct identifier never leaves the enclave, whatever zones are listed."""
    return _ordered(_CLASSES.index(after), _CLASSES.index(before))


def _regime(before: Any, after: Any) -> Effect:
    """The law that a field is under: some bar uses whatever the agreement lists (`governance.clause`)."""
    return lacks(str(before).upper() in _BARRING, str(after).upper() in _BARRING)


def _zeros(_before: Any, after: Any) -> Effect:
    return Effect.LOOSER if after == "allowed" else Effect.STRICTER


def _ordered(before: Any, after: Any) -> Effect:
    if before == after:
        return Effect.OTHER
    return Effect.LOOSER if after > before else Effect.STRICTER


def _usually(usual: int, judge: Judge) -> Judge:
    """A number that counts as the usual one where none is written."""
    return lambda before, after: judge(usual if before is None else before, usual if after is None else after)


RULES: Mapping[str, tuple[Judge, str]] = {
    "agreement.id": (either, "another paper"),
    "agreement.mou": (either, "the memorandum that it stands on"),
    "agreement.title": (either, "what it is called"),
    "agreement.question": (either, "what it is asked for"),
    "agreement.parties.owner": (either, "who answers for the data"),
    "agreement.parties.recipients[]": (has, "an agency that may use the data"),
    "agreement.parties.processors[]": (has, "somebody who handles the data for a recipient"),
    "agreement.users.roles[]": (has, "a role that may use the data"),
    "agreement.users.training": (lacks, "training that users must have had"),
    "agreement.users.training.course": (either, "which training users must have had"),
    "agreement.users.training.valid_days": (more, "how long users' training counts, in days"),
    "agreement.purposes[]": (has, "a purpose for which the data may be used"),
    "agreement.purposes[].legal_basis[]": (has, "a law on which the sharing can rest"),
    "agreement.purposes[].legal_basis[].condition": (lacks, "what must be so for that law to allow it"),
    "agreement.datasets[]": (has, "a dataset that may be used"),
    "agreement.datasets[].attestation": (lacks, "an attestation that each delivery was anonymised"),
    "agreement.datasets[].attestation.actions[]": (lacks, "an action that needs an attestation"),
    "agreement.datasets[].attestation.columns[]": (has, "a column that an attested frame may have"),
    "agreement.datasets[].attestation.k": (_usually(USUAL_K, less), "how many rows of a frame must be alike"),
    "agreement.datasets[].attestation.diversity": (
        _usually(1, less),
        "how many sensitive values rows that are alike must have",
    ),
    "agreement.datasets[].attestation.canaries": (
        _usually(0, less),
        "how many invented records must be planted in the source",
    ),
    "agreement.datasets[].attestation.valid_days": (
        _usually(USUAL_DAYS, more),
        "how long an attestation counts, in days",
    ),
    "agreement.datasets[].population.geography[]": (has, "a place whose people are in the data"),
    "agreement.datasets[].population.excludes[]": (lacks, "people whose rows are taken out before delivery"),
    "agreement.datasets[].refresh_days": (either, "how often the data is renewed, in days"),
    "agreement.datasets[].fields[]": (has, "a field that may be used"),
    "agreement.datasets[].fields[].class": (_class, "how close the field comes to naming somebody"),
    "agreement.datasets[].fields[].regime": (_regime, "the law that the field is under"),
    "agreement.datasets[].fields[].zones[]": (has, "a zone in which the field may be"),
    "agreement.datasets[].fields[].retain_days": (more, "how long the field may be kept, in days"),
    "agreement.datasets[].fields[].actions[]": (has, "something that may be done with the field"),
    "agreement.linkage.with[]": (has, "an agreement whose rows may be joined with these"),
    "agreement.models.train": (has, "models may be trained on the data"),
    "agreement.models.score_purposes[]": (has, "a purpose for which models may score"),
    "agreement.models.retire_on_termination": (lacks, "models go when the agreement ends"),
    "agreement.outputs.min_cell": (less, "the smallest number that a published table may show"),
    "agreement.outputs.zeros": (_zeros, "whether a published table may show a zero"),
    "agreement.outputs.interval_width": (less, "how narrowly a hidden number may be bounded"),
    "agreement.redisclosure.allowed_to[]": (has, "an agency to which the data may be passed on"),
    "agreement.subject_rights.access_days": (more, "how long people wait to see what is held about them, in days"),
    "agreement.subject_rights.accounting_years": (less, "for how many years people can ask who used their data"),
    "agreement.breach.notify_owner_hours": (more, "how long the owner may wait to hear of a breach, in hours"),
    "agreement.breach.contacts[]": (lacks, "somebody who hears of a breach"),
    "agreement.term.effective": (less, "the day from which it holds"),
    "agreement.term.expires": (more, "the day on which it ends"),
    "agreement.term.review_by": (more, "the day by which it is looked at again"),
    "agreement.termination.notice_days": (either, "the notice that either side gives, in days"),
    "agreement.destruction.within_days": (more, "how long data may remain after the end, in days"),
    "agreement.destruction.covers[]": (lacks, "what is destroyed after the end"),
    "agreement.destruction.keeps[]": (has, "what may stay after the end"),
    "mou.id": (either, "another paper"),
    "mou.text_sha256": (either, "the text that people signed"),
    "mou.effective": (less, "the day from which it holds"),
    "mou.expires": (more, "the day on which it ends"),
    "mou.participants[]": (has, "an agency that takes part"),
    "mou.floor.prohibited_purposes[]": (lacks, "a purpose that no agreement may allow"),
    "mou.floor.prohibited_actions[]": (lacks, "something that no agreement may allow"),
    "mou.floor.min_cell": (less, "the smallest number that any published table may show"),
    "mou.floor.breach_notice_hours": (more, "how long an owner may wait to hear of a breach, in hours"),
}
"""Every key of a paper that can differ: which way is looser, and what it is, in words. A key that is not here is
neither; `[]` stands for a member of a list."""


def effect_of(sort: str, path: tuple[str, ...], before: Any, after: Any) -> tuple[Effect, str]:
    """Which way a difference goes, and what it is about.

    Args:
        sort: `agreement` or `mou`.
        path: the keys that lead to it; a member of a list stands in brackets.
        before: what was; None where there was nothing.
        after: what is; None where there is nothing.
    """
    key = ".".join([sort, *("[]" if part.startswith("[") else part for part in path)]).replace(".[]", "[]")
    rule = RULES.get(key)
    if rule is None:
        return Effect.OTHER, _above(key)
    judge, words = rule
    return judge(before, after), words


def _above(key: str) -> str:
    """The words of the nearest key above one that has none of its own."""
    while "." in key or key.endswith("[]"):
        key = key.removesuffix("[]") if key.endswith("[]") else key.rpartition(".")[0]
        if key in RULES:
            return RULES[key][1]
    return ""
