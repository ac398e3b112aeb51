"""Every way Hearthline says no, in one place.

    HearthlineError
    ├── Refused            governance said no: it is in the ledger, and it is never retried
    │   ├── NoAgreement, NotActive, TermNotStarted, TermExpired, MouInactive, MouProhibited
    │   ├── DatasetUnknown, FieldNotListed, PurposeNotListed, ActionNotGranted
    │   ├── RoleNotListed, WrongOrganisation, TrainingLapsed, Redisclosure, LinkNotMutual, Zone
    │   ├── ModelPurpose, LegalProcessHold, Unattested, VictimServicesBarred, Part2Consent, SealedPresent
    │   ├── BasisCondition, RetentionExceeded, SmallCell, Recoverable, BreakGlassSingle, SelfReview
    │   ├── GrantUnknown, GrantExpired, GrantSpent, VersionMismatch, LineageInactive
    │   ├── NoConsent, ConsentNotConfirmed, ConsentRevoked, DoNotContact, HouseholdMismatch, LanguageMismatch
    │   ├── QuietHours, WeeklyCap, ClearanceUnknown, ClearanceSpent, ClearanceExpired, WebhookUnsigned
    │   └── Malformed, EvaluationError, EvaluatorsDisagree
    ├── ContractBroken     a file is not what its feed promises; nothing of it was kept
    ├── RulebookError      a rule or an indicator cannot mean what it says
    ├── ScorerError        a model cannot be used
    ├── Undeliverable      a message could not be handed over
    ├── LedgerBroken       the log does not verify
    └── Misconfigured      this installation is not ready for what was asked

A message says what happened, to what, and what to do next. It never holds a value from a person's record. `code` is
stable: it is what scripts, the ledger and `docs/errors.md` refer to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class HearthlineError(Exception):
    """The root of the tree.

    Args:
        what: what happened, and to what; a sentence without personal data.
        do: what to do next; a sentence, or empty where nothing can be done.
        code: overrides the class's code, for families whose members differ only by name.
    """

    code: str = "HEARTHLINE"
    retryable: ClassVar[bool] = False

    def __init__(self, what: str, do: str = "", *, code: str | None = None) -> None:
        self.what = what
        self.do = do
        if code is not None:
            self.code = code
        super().__init__(f"{self.code}: {what} {do}".strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One clause that failed: its code, where it stands in the agreement or the law, and what about it."""

    code: str
    clause: str
    detail: str


class Refused(HearthlineError):
    """Governance said no. `reasons` holds every clause that failed, the first one gives the code."""

    code = "REFUSED"

    def __init__(self, what: str, do: str = "", *, reasons: Sequence[Reason] = ()) -> None:
        super().__init__(what, do)
        self.reasons = tuple(reasons) or (Reason(code=self.code, clause="", detail=what),)


class NoAgreement(Refused):
    """No agreement covers the dataset."""

    code = "NO_AGREEMENT"


class NotActive(Refused):
    """The agreement exists, but is not in force: draft, suspended, terminated, or edited after signing."""

    code = "NOT_ACTIVE"


class TermNotStarted(Refused):
    """Before the agreement's effective instant."""

    code = "TERM_NOT_STARTED"


class TermExpired(Refused):
    """At or after the agreement's expiry instant."""

    code = "TERM_EXPIRED"


class MouInactive(Refused):
    """The statewide memorandum is missing, lapsed, or a party of the agreement has left it."""

    code = "MOU_INACTIVE"


class MouProhibited(Refused):
    """The memorandum's floor bans the purpose or the action, whatever the agreement lists."""

    code = "MOU_PROHIBITED"


class DatasetUnknown(Refused):
    """No feed by that name."""

    code = "DATASET_UNKNOWN"


class FieldNotListed(Refused):
    """A field outside the agreement's list, or not granted to the one who reads."""

    code = "FIELD_NOT_LISTED"


class PurposeNotListed(Refused):
    """The purpose is neither listed nor below a listed one."""

    code = "PURPOSE_NOT_LISTED"


class ActionNotGranted(Refused):
    """The field is listed, but not for this action."""

    code = "ACTION_NOT_GRANTED"


class RoleNotListed(Refused):
    """The asker's role is not among the agreement's users."""

    code = "ROLE_NOT_LISTED"


class WrongOrganisation(Refused):
    """The asker belongs to no party of the agreement."""

    code = "WRONG_ORGANISATION"


class TrainingLapsed(Refused):
    """The asker's required training is missing or too old."""

    code = "TRAINING_LAPSED"


class Redisclosure(Refused):
    """The values would go to somebody whom the agreement does not name."""

    code = "REDISCLOSURE"


class LinkNotMutual(Refused):
    """Two agreements' rows may be joined only when each names the other."""

    code = "LINK_NOT_MUTUAL"


class Zone(Refused):
    """A direct identifier outside the enclave."""

    code = "ZONE"


class ModelPurpose(Refused):
    """The model was trained for another purpose."""

    code = "MODEL_PURPOSE"


class LegalProcessHold(Refused):
    """A legal process of which owner and subject were not told first."""

    code = "LEGAL_PROCESS_HOLD"


class Unattested(Refused):
    """The delivery's attestation that it is anonymous is missing."""

    code = "UNATTESTED"


class VictimServicesBarred(Refused):
    """Data of a victim-service provider, person by person."""

    code = "VICTIM_SERVICES_BARRED"


class Part2Consent(Refused):
    """A substance-use record without the patient's consent."""

    code = "PART2_CONSENT"


class SealedPresent(Refused):
    """Sealed or expunged rows were not removed."""

    code = "SEALED_PRESENT"


class BasisCondition(Refused):
    """The legal basis does not fit, or its condition is not met."""

    code = "BASIS_CONDITION"


class RetentionExceeded(Refused):
    """Rows are older than the agreement lets them be kept."""

    code = "RETENTION_EXCEEDED"


class SmallCell(Refused):
    """A table would show a count that is too small."""

    code = "SMALL_CELL"


class Recoverable(Refused):
    """A hidden count could be worked out from what a table shows."""

    code = "RECOVERABLE"


class BreakGlassSingle(Refused):
    """Emergency access without a second person, or past its end."""

    code = "BREAK_GLASS_SINGLE"


class SelfReview(Refused):
    """Somebody would review a use of their own."""

    code = "SELF_REVIEW"


class GrantUnknown(Refused):
    """This gate did not issue the grant. Copies with edits do not count."""

    code = "GRANT_UNKNOWN"


class GrantExpired(Refused):
    """The grant is older than its minutes."""

    code = "GRANT_EXPIRED"


class GrantSpent(Refused):
    """The grant was opened before."""

    code = "GRANT_SPENT"


class VersionMismatch(Refused):
    """The agreement was amended between asking and reading."""

    code = "VERSION_MISMATCH"


class LineageInactive(Refused):
    """What is asked for was derived from an agreement that is no longer active."""

    code = "LINEAGE_INACTIVE"


class NoConsent(Refused):
    """The family never said that it may be texted about this."""

    code = "NO_CONSENT"


class ConsentNotConfirmed(Refused):
    """The family was asked, and has not said yes a second time."""

    code = "CONSENT_NOT_CONFIRMED"


class ConsentRevoked(Refused):
    """The family said no."""

    code = "CONSENT_REVOKED"


class DoNotContact(Refused):
    """The contact carries a flag that forbids texts."""

    code = "DO_NOT_CONTACT"


class HouseholdMismatch(Refused):
    """The telephone does not ring in the household that the text is for."""

    code = "HOUSEHOLD_MISMATCH"


class LanguageMismatch(Refused):
    """The text is in another language than the one that the family chose."""

    code = "LANGUAGE_MISMATCH"


class QuietHours(Refused):
    """Outside the hours in which a family may be texted, or on a holiday."""

    code = "QUIET_HOURS"


class WeeklyCap(Refused):
    """The telephone has had as many texts as it may get."""

    code = "WEEKLY_CAP"


class ClearanceUnknown(Refused):
    """The clearance was not issued here as it stands. Copies with edits do not count."""

    code = "CLEARANCE_UNKNOWN"


class ClearanceSpent(Refused):
    """The clearance was redeemed before."""

    code = "CLEARANCE_SPENT"


class ClearanceExpired(Refused):
    """The clearance is older than its minutes."""

    code = "CLEARANCE_EXPIRED"


class WebhookUnsigned(Refused):
    """What came to a webhook does not bear the carrier's signature."""

    code = "WEBHOOK_UNSIGNED"


class Malformed(Refused):
    """The ask itself is incomplete or cannot be understood."""

    code = "MALFORMED"


class EvaluationError(Refused):
    """A clause raised while it was being evaluated. Unknown is never yes."""

    code = "EVALUATION_ERROR"


class EvaluatorsDisagree(Refused):
    """The second opinion is another one."""

    code = "EVALUATORS_DISAGREE"


class ContractBroken(HearthlineError):
    """A file is not what its feed promises: refused whole."""

    code = "CONTRACT_BROKEN"


class RulebookError(HearthlineError):
    """A rule or an indicator cannot mean what it says."""

    code = "RULEBOOK_INVALID"


class ScorerError(HearthlineError):
    """A model cannot be used."""

    code = "SCORER"


class Undeliverable(HearthlineError):
    """A message could not be handed over."""

    code = "UNDELIVERABLE"


class LedgerBroken(HearthlineError):
    """The log does not verify."""

    code = "LEDGER_BROKEN"


class Misconfigured(HearthlineError):
    """This installation is not ready for what was asked."""

    code = "MISCONFIGURED"


class MoveNotYours(Misconfigured):
    """Whoever tries to move a paper or a breach holds no office that may."""

    code = "MOVE_NOT_YOURS"


class Busy(Misconfigured):
    """Another process holds what this one needs; the same command works in a moment."""

    code = "BUSY"
    retryable = True


REFUSALS: dict[str, type[Refused]] = {kind.code: kind for kind in Refused.__subclasses__()}


def refusal(reasons: Sequence[Reason], do: str = "") -> Refused:
    """The refusal that belongs to the first of these reasons, carrying them all.

    Args:
        reasons: at least one failing clause, most telling first.
        do: what the asker can do about it.
    """
    first = reasons[0]
    kind = REFUSALS.get(first.code, EvaluationError)
    return kind(first.detail, do, reasons=reasons)
