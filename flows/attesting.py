"""Attesting: frames are drawn, looked through, vouched for, and let into the analytic zone; or they are not."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flows.alone import alone
from flows.frame_source import Asked, may, source_of, use_of
from flows.intaking import linker_of
from flows.services import Services
from governance.attestation.attestation import PARTY, Attestation, Statement
from governance.attestation.attestations import Attestations
from governance.errors import Misconfigured
from governance.officer import Officers, not_yours
from governance.signing import SigningKey
from governance.signing.custody import kept_key
from governance.use import Action
from signals.attestation.anonymity import suppressed
from signals.attestation.check import check
from signals.attestation.drawing import draw
from signals.attestation.frame import open_frame
from signals.attestation.report import Report


def attestations_of(house: Services) -> Attestations:
    """The attestations of an installation."""
    return Attestations(house.ledger, house.register.signatories)


def draw_frame(house: Services, asked: Asked, out: Path, *, by: str) -> Report:
    """Draw a frame from the store, leave out whom it would give away, write it, and look it through.

    Args:
        house: the installation.
        asked: what the frame is held to.
        out: where the CSV goes; nobody else on the machine may read it.
        by: the steward.

    Returns:
        The report of what was written.

    Raises:
        Refused: where the agreement does not let a steward export, or look for names.
        Misconfigured: `MOVE_NOT_YOURS`; `FRAME_EXISTS` where there is a file already.
    """
    may(house, by, "frame_attested", asked)
    with alone(house):
        linked = linker_of(house).link()
        grant = house.gate.request(use_of(house, asked, Action.EXPORT, asked.terms.sources, by))
        with house.gate.open(grant) as opened:
            rows = draw(
                house.store,
                opened,
                asked.dataset,
                asked.terms,
                as_of=house.clock.today(),
                link=linked.id,
                salt=secrets.token_hex(16),
            )
    try:
        out.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        what = "There is a file of that name already, and a frame is never overwritten."
        raise Misconfigured(what, "Name another file.", code="FRAME_EXISTS") from None
    suppressed(rows.lazy(), asked.terms, asked.k).sink_csv(out)
    return look_through(house, asked, out, by=by)


def look_through(house: Services, asked: Asked, file: Path, *, by: str, beside: Sequence[Path] = ()) -> Report:
    """Run every check over a frame. Nothing is written down but that somebody looked at the source's names.

    Args:
        house: the installation.
        asked: what the frame is held to.
        file: the frame.
        by: the steward.
        beside: the frames of the agreement that are in the zone already.

    Raises:
        Refused: where the agreement does not let a steward look for the names of its people.
        ContractBroken: `FRAME_UNREADABLE`, `FRAME_CHANGED`.
        Misconfigured: `MOVE_NOT_YOURS`.
    """
    may(house, by, "frame_attested", asked)
    frame = open_frame(file)
    others = [open_frame(each) for each in beside]
    missing = [
        each.id
        for each in attestations_of(house).all()
        if each.status(house.clock.now()) == "in force"
        and each.statement.agreement == asked.standing.id
        and each.statement.frame not in {frame.sha256, *(other.sha256 for other in others)}
    ]
    source = source_of(house, asked, by)
    return check(frame, asked.terms, k=asked.k, source=source, beside=others, missing=missing)


def attest(
    house: Services,
    asked: Asked,
    file: Path,
    *,
    by: str,
    beside: Sequence[Path] = (),
    key: SigningKey | None = None,
    days: int | None = None,
) -> tuple[Report, Attestation | None]:
    """Look a frame through, and vouch for it where nothing stands against it. No report is taken from anybody.

    Args:
        house: the installation.
        asked: what the frame is held to.
        file: the frame.
        by: the steward, who signs.
        beside: the frames of the agreement that are in the zone already.
        key: the steward's own; the one that the vault keeps where it is left out.
        days: how long it counts; no longer than the agreement lets it.

    Returns:
        The report, and the attestation; None where something was found.

    Raises:
        Refused, ContractBroken, Misconfigured: as for `look_through`; `ATTESTATION_UNSIGNED`.
    """
    report = look_through(house, asked, file, by=by, beside=beside)
    if not report.passed:
        return report, None
    now, most = house.clock.now(), asked.terms.valid_days
    statement = Statement(
        agreement=asked.standing.id,
        version=asked.standing.version,
        agreement_sha256=asked.standing.sha256,
        dataset=asked.dataset,
        frame=report.frame,
        rows=report.rows,
        columns=report.columns,
        fields=frozenset(c.source for c in asked.terms.columns if c.name in report.columns and c.source),
        report=report.body(),
        signed_at=now,
        expires_at=now + timedelta(days=most if days is None else min(days, most)),
    )
    agency = house.settings.organisation
    signing = key or kept_key(house.vault, house.register.signatories, agency, by, by=by)
    mark = signing.sign(party=PARTY, agency=agency, name=by, sha256=statement.sha256, at=now)
    return report, attestations_of(house).sign(statement, mark)


def withdraw(house: Services, id: str, *, by: str, why: str) -> Attestation:
    """Take an attestation back: the frame is out of the zone at once.

    Raises:
        Misconfigured: `ATTESTATION_UNKNOWN`, `MOVE_NOT_YOURS`.
    """
    found = attestations_of(house).get(id)
    if not Officers(house.settings.officers).may(by, "frame_withdrawn"):
        raise not_yours("frame_withdrawn", found.statement.agreement)
    return attestations_of(house).withdraw(id, by=by, why=why)
