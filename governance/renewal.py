"""Renewal: the next version of an agreement, the same to the letter but for its term. It is signed anew."""

from __future__ import annotations

from datetime import date

from governance.agreement import Agreement
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.register import Register
from governance.written import read


def renew(
    register: Register,
    id: AgreementId,
    *,
    expires: date,
    today: date,
    by: str,
    why: str = "",
    review_by: date | None = None,
) -> Agreement:
    """Put the renewed text on file, under review. The version that is in force stays so until the new one is.

    Args:
        register: where the agreement stands.
        id: the agreement; in force, or expired.
        expires: the first day on which the renewed agreement no longer holds.
        today: the day it is where the agency works.
        by: who hands it in.
        why: why, for the log.
        review_by: the day by which it is to be reviewed; None for the same distance from the end as before.

    Raises:
        Misconfigured: `RENEWAL_TERM`; `AGREEMENT_STATE` where a version waits beside it, or none can follow.
    """
    standing, version = register.get(id), register.next_version(id)
    if standing.pending is not None or version is None:
        what = f"{id} cannot be renewed: a version waits beside it, or none can follow."
        raise Misconfigured(what, "Bring that one to its end first.", code="AGREEMENT_STATE")
    paper = renewed(standing.agreement, version=version, expires=expires, today=today, review_by=review_by)
    register.amend(paper, by=by, why=why or f"Renewed until {expires}.")
    return paper


def renewed(
    agreement: Agreement, *, version: int, expires: date, today: date, review_by: date | None = None
) -> Agreement:
    """The text of the next version: the new end of the term, and no signatures. The review moves with the end.

    Args:
        agreement: the version that is in force, or expired.
        version: the number of the next one.
        expires: the first day on which the renewed agreement no longer holds.
        today: the day it is where the agency works.
        review_by: the day by which it is to be reviewed; None for the same distance from the end as before.

    Raises:
        Misconfigured: `RENEWAL_TERM` where the new end is not after the old one and after today.
    """
    term = agreement.term
    if expires <= max(term.expires, today):
        what = f"{agreement.id} now ends on {term.expires}; a renewal ends later than that, and later than today."
        raise Misconfigured(what, "Give a later day (--expires).", code="RENEWAL_TERM")
    written = agreement.model_dump(mode="json", by_alias=True, exclude_unset=True)
    written.pop("signatures", None)
    moved = expires - (term.expires - term.review_by) if term.review_by else None
    reviewed = review_by or moved
    said = {"effective": term.effective, "expires": expires} | ({"review_by": reviewed} if reviewed else {})
    return read(Agreement, {**written, "version": version, "term": said}, where=f"{agreement.id} version {version}")
