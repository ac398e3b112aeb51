"""The pages. Each asks for one view and hands it to one template; nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import PathParameter, QueryParameter, SkipValidation
from litestar.response import Redirect, Template

from console.defence import same_site
from console.view import Pages
from governance.ids import HouseholdId
from governance.ledger import Verification

Given = NamedDependency[SkipValidation[Pages]]
Worker = Annotated[str | None, QueryParameter(max_length=64, pattern=r"^[\w.-]*$")]
Household = Annotated[str, PathParameter(max_length=64, pattern=r"^hh-[\w-]+$")]


@dataclass(slots=True)
class Checked:
    """What the last check of the ledger found, for whoever comes back to the page; forgotten when the server stops."""

    last: Verification | None = None


GivenChecked = NamedDependency[SkipValidation[Checked]]


@get("/", sync_to_thread=True)
def queue(pages: Given, worker: Worker = None) -> Template:
    """The list of families to reach, most urgent first."""
    return Template("queue.html", context={"here": "queue", "view": pages.queue(worker or None)})


@get("/households/{household:str}", sync_to_thread=True)
def household(pages: Given, household: Household) -> Template:
    """Why a household is on the list."""
    return Template("household.html", context={"here": "queue", "view": pages.household(HouseholdId(household))})


@get("/alerts", sync_to_thread=True)
def alerts(pages: Given) -> Template:
    """Alerts of the newest night by reason."""
    return Template("alerts.html", context={"here": "alerts", "view": pages.alert_counts()})


@get("/uses", sync_to_thread=True)
def uses(pages: Given) -> Template:
    """What the data was used for."""
    return Template("uses.html", context={"here": "uses", "view": pages.uses_by_purpose()})


@get("/ledger", sync_to_thread=True)
def ledger(pages: Given, checked: GivenChecked) -> Template:
    """The ledger's signed head, and what the last check found."""
    return Template("ledger.html", context={"here": "ledger", "view": pages.ledger_head(), "found": checked.last})


@post("/ledger/verify", status_code=200, guards=[same_site], sync_to_thread=True)
def verify(request: Request[Any, Any, Any], pages: Given, checked: GivenChecked) -> Template | Redirect:
    """Check the whole ledger; a part of the page with htmx, the page again without."""
    checked.last = pages.verify()
    if request.headers.get("HX-Request"):
        return Template("fragments/verification.html", context={"found": checked.last})
    return Redirect("/ledger#verification", status_code=303)


@get("/health", media_type=MediaType.JSON, sync_to_thread=False)
def health() -> dict[str, str]:
    """Whether the server answers."""
    return {"status": "ok"}


HANDLERS = (queue, household, alerts, uses, ledger, verify, health)
