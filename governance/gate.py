"""The gate: the only way to data. It writes down first, then answers.

    with gate.open(gate.request(use)) as opened:
        for frame in store.read(opened, dataset, fields, as_of):
            …

decide → the decision is durable in the ledger → a grant (single-use, minutes) → at opening, and again at every file:
looked up by number, version, term, suspension → exactly the granted fields' keys → the outcome, in the ledger.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from governance.attestation.attestations import Attestations
from governance.break_glass import BreakGlass
from governance.clock import Clock
from governance.decision import Decision, evaluate
from governance.errors import (
    BreakGlassSingle,
    GrantExpired,
    GrantSpent,
    GrantUnknown,
    LineageInactive,
    Malformed,
    Reason,
    Refused,
    Unattested,
    VersionMismatch,
    refusal,
)
from governance.established import attested, established, noticed
from governance.force import Moment, objections
from governance.grant import Grant
from governance.ids import AgreementId, DatasetId, GrantId
from governance.ledger import Ledger
from governance.opened import Opened
from governance.register import Register
from governance.retention import Retention
from governance.second_opinion import SecondOpinion, compared
from governance.use import Use
from governance.use_entry import Commitments, answered, described, entry_kind, plain, stated, topic
from governance.vault import Vault

_ASK_AGAIN = "Ask for a new grant."


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides uses, issues grants, opens doors.

    Args:
        register: the agreements and their standing.
        ledger: where every answer is written before it is given.
        vault: the keys.
        clock: the time that terms and grants are measured by.
        datasets: every dataset that a feed declares; any other is unknown.
        minutes: how long a grant may wait to be opened, and stay open.
        second: another evaluator, asked beside the first on every decision; None asks none.
        subjects: keeps which households a use looks at, apart from the ledger; None keeps none.
    """

    register: Register
    ledger: Ledger
    vault: Vault
    clock: Clock
    datasets: frozenset[DatasetId]
    minutes: int = 15
    second: SecondOpinion | None = None
    subjects: Commitments | None = None

    def decide(self, use: Use, *, at: datetime | None = None, hypothetical: bool = False) -> Decision:
        """What the agreements say to a use, now or at another instant. Nothing is written down, nothing is granted.

        Notices of a legal process, the emergency and that a frame is attested come from the ledger, by the numbers
        that the use names.

        Args:
            use: who, what for, which fields.
            at: the instant; now, where it is left out.
            hypothetical: take an emergency as it is claimed, to see what it would permit.
        """
        return self._decide(use, at or self.clock.now(), hypothetical=hypothetical)[0]

    def attempt(self, use: Use, *, at: datetime | None = None, hypothetical: bool = False) -> Decision:
        """Decide a use and write the decision down, without performing it. Any error is a refusal; see `decide`."""
        try:
            decision, use = self._decide(use, at or self.clock.now(), hypothetical=hypothetical)
        except Refused as refused:
            decision = Decision(permitted=False, reasons=refused.reasons, agreements=())
        self.ledger.append(entry_kind(decision), topic(use), described(use, self._commit(use)) | answered(decision))
        return decision

    def request(self, use: Use) -> Grant:
        """Ask for one dataset's fields.

        Args:
            use: who, what for, which fields; of exactly one dataset.

        Returns:
            A grant that can be opened once.

        Raises:
            Refused: with every clause that failed; it stands in the ledger before this raises.
        """
        answer = self.ask(use)
        if isinstance(answer, Decision):
            raise refusal(answer.reasons, "See `hearthline use check` for what would be permitted.")
        return answer

    def ask(self, use: Use) -> Grant | Decision:
        """`request` for those who go on without what is refused: a grant, or the decision that refuses it."""
        decision, use = self._decide(use, self.clock.now()) if len(use.asks) == 1 else (_several(use), use)
        subjects = self._commit(use)
        if not decision.permitted:
            self.ledger.append("use.refused", topic(use), described(use, subjects) | answered(decision))
            return decision
        grant = self._grant(use, decision, subjects)
        owing = decision.obligations.body() if decision.obligations else None
        self.ledger.append("grant.issued", grant.id, stated(use) | {"obligations": owing} | grant.body())
        return grant

    @contextmanager
    def open(self, grant: Grant) -> Iterator[Opened]:
        """Open exactly the fields that a grant names, for the length of a `with` block.

        Steps: look the grant up by its number; check expiry, version, term and suspension now; mark it spent; unwrap
        keys only as they are asked for; on leaving, shut the door and write the outcome to the ledger.

        Raises:
            GrantUnknown: this gate did not issue it. Copies with edits do not count.
            GrantExpired: it waited too long, or the clock was moved behind its issue.
            GrantSpent: it was opened before. Ask again: the agreement may have changed.
            VersionMismatch: the agreement was amended between asking and reading.
            NotActive: it was suspended or ended.
        """
        self._admit(grant)
        if self.ledger.append_once("grant.opened", grant.id, {"dataset": grant.dataset}) is None:
            self._refuse(grant, GrantSpent(f"Grant {grant.id} was opened before.", _ASK_AGAIN))
        opened = Opened(grant, self.vault, lambda lineage: self._recheck(grant, lineage), self._retention(grant))
        outcome = "broken off"
        try:
            yield opened
            outcome = "done"
        finally:
            opened.close()
            body = {"dataset": grant.dataset, "outcome": outcome} | opened.tally.body()
            self.ledger.append("grant.closed", grant.id, body)

    def _decide(self, use: Use, at: datetime, *, hypothetical: bool = False) -> tuple[Decision, Use]:
        """A decision, and the use as it was decided: with what the ledger says in place of what was claimed."""
        papers = self.register.papers()
        known = noticed(use, papers, self.ledger) if hypothetical else established(use, papers, self.ledger, self.clock)
        known = attested(known, papers, self.ledger, self.register.signatories, at)
        decision = evaluate(known, papers, self.datasets, at)
        if self.second is None:
            return decision, known
        return compared(decision, self.second, known, papers, self.datasets, at), known

    def _commit(self, use: Use) -> str:
        return self.subjects.commit(use.about) if self.subjects is not None and use.about else ""

    def _grant(self, use: Use, decision: Decision, subjects: str) -> Grant:
        agreement, version = decision.agreements[0]
        now = self.clock.now()
        ends = now + timedelta(minutes=self.minutes)
        emergency = use.facts.break_glass
        return Grant(
            id=GrantId(f"g-{secrets.token_hex(12)}"),
            agreement=agreement,
            version=version,
            sha256=self.register.get(agreement).sha256,
            dataset=use.asks[0].dataset,
            fields=use.asks[0].fields,
            action=use.action,
            purpose=use.purpose,
            actor=use.actor.id,
            role=use.actor.role,
            zone=use.zone,
            run=use.run,
            lineage=use.lineage,
            issued_at=now,
            expires_at=min(ends, emergency.until) if emergency is not None else ends,
            subjects=subjects,
            emergency=emergency.reference if emergency is not None else "",
            frame=use.facts.frame,
        )

    def _admit(self, grant: Grant) -> None:
        issued = next(iter(self.ledger.entries(kind="grant.issued", topic=grant.id)), None)
        if issued is None or Grant.recall(grant.id, issued.body) != grant:
            self._refuse(grant, GrantUnknown(f"Grant {grant.id} was not issued here as it stands.", _ASK_AGAIN))
        self._recheck(grant, ())

    def _retention(self, grant: Grant) -> Retention:
        today = self.clock.now().astimezone(self.register.papers().zone).date()
        return Retention(today=today, days=self.register.get(grant.agreement).terms[grant.dataset].retain_days)

    def _recheck(self, grant: Grant, lineage: Collection[AgreementId]) -> None:
        refused = self._objection(grant, lineage)
        if refused is not None:
            self._refuse(grant, refused)

    def _objection(self, grant: Grant, lineage: Collection[AgreementId]) -> Refused | None:
        """What speaks against reading under this grant now."""
        now = self.clock.now()
        if not grant.issued_at <= now < grant.expires_at:
            return GrantExpired(f"Grant {grant.id} is past its {self.minutes} minutes.", _ASK_AGAIN)
        papers = self.register.papers()
        standing = papers.agreements.get(grant.agreement) or self.register.get(grant.agreement)
        if (standing.version, standing.sha256) != (grant.version, grant.sha256):
            what = f"{grant.agreement} was amended after grant {grant.id} was issued for its version {grant.version}."
            return VersionMismatch(what, _ASK_AGAIN)
        if grant.emergency and BreakGlass(self.ledger, self.clock).emergency(grant.emergency) is None:
            return BreakGlassSingle(f"Emergency {grant.emergency}, under which grant {grant.id} was issued, is over.")
        if grant.frame and not self._still_attested(grant, now):
            return Unattested(f"The frame that grant {grant.id} lets in is attested no longer.", _ASK_AGAIN)
        moment = Moment.of(papers, now)
        stopped = objections(standing, moment)
        if stopped:
            return refusal(stopped)
        for parent in sorted(grant.lineage | set(lineage)):
            inherited = papers.agreements.get(parent)
            if inherited is None or objections(inherited, moment):
                what = f"What grant {grant.id} reads was derived from {parent}, which is not active."
                return LineageInactive(what, "Link again: what rests on active agreements is rebuilt.")
        return None

    def _still_attested(self, grant: Grant, now: datetime) -> bool:
        known = Attestations(self.ledger, self.register.signatories).of_frame(grant.frame)
        return any(each.status(now) == "in force" and each.statement.agreement == grant.agreement for each in known)

    def _refuse(self, grant: Grant, refused: Refused) -> NoReturn:
        reasons = [plain(reason) for reason in refused.reasons]
        self.ledger.append("use.refused", grant.dataset, {**grant.body(), "grant": grant.id, "reasons": reasons})
        raise refused


def _several(use: Use) -> Decision:
    what = f"A grant is for one dataset; this use names {len(use.asks)}."
    return Decision(permitted=False, reasons=(Reason(code=Malformed.code, clause="use", detail=what),), agreements=())
