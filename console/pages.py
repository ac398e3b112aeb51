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
from console.timeline import picture
from console.view import Pages
from governance.ids import ContactId, HouseholdId, MessageId
from governance.ledger import Verification

Given = NamedDependency[SkipValidation[Pages]]
Worker = Annotated[str | None, QueryParameter(max_length=64, pattern=r"^[\w.-]*$")]
Contact = Annotated[str | None, QueryParameter(max_length=64, pattern=r"^c-[\w-]+$")]
Household = Annotated[str, PathParameter(max_length=64, pattern=r"^hh-[\w-]+$")]
Message = Annotated[str, PathParameter(max_length=64, pattern=r"^m-[\w-]+$")]


@dataclass(slots=True)
class Checked:
    """What the last check of the ledger found, for whoever comes back to the page; forgotten when the server stops."""

    last: Verification | None = None


GivenChecked = NamedDependency[SkipValidation[Checked]]


@get("/", sync_to_thread=True)
def front(pages: Given, checked: GivenChecked, worker: Worker = None) -> Template | Redirect:
    """Tonight, end to end. The list of one worker stood here once: whoever kept that address is sent on."""
    if worker is not None:
        return Redirect(f"/queue?worker={worker}" if worker else "/queue", status_code=307)
    return Template("front.html", context={"here": "front", "view": pages.front(), "found": checked.last})


@get("/queue", sync_to_thread=True)
def queue(pages: Given, worker: Worker = None) -> Template:
    """The list of families to reach, most urgent first."""
    return Template("queue.html", context={"here": "queue", "view": pages.queue(worker or None)})


@get("/households/{household:str}", sync_to_thread=True)
def household(pages: Given, household: Household) -> Template:
    """Why a household is on the list."""
    view = pages.household(HouseholdId(household))
    drawn = picture(view.timeline, today=view.as_of, due=view.due_on)
    return Template("household.html", context={"here": "queue", "view": view, "picture": drawn})


@get("/outbox", sync_to_thread=True)
def outbox(pages: Given, contact: Contact = None) -> Template:
    """Texts as a phone shows them."""
    view = pages.outbox(ContactId(contact) if contact else None)
    return Template("outbox.html", context={"here": "outbox", "view": view})


@get("/messages/{message:str}", sync_to_thread=True)
def trace(pages: Given, message: Message) -> Template:
    """Everything that one text rests on."""
    return Template("trace.html", context={"here": "outbox", "view": pages.trace(MessageId(message))})


@get("/alerts", sync_to_thread=True)
def alerts(pages: Given) -> Template:
    """Alerts of the newest night by reason."""
    return Template("alerts.html", context={"here": "alerts", "view": pages.alert_counts()})


@get("/uses", sync_to_thread=True)
def uses(pages: Given) -> Template:
    """What the data was used for, and what was refused."""
    context = {
        "here": "uses",
        "view": pages.uses_by_purpose(),
        "refusals": pages.refusals(),
        "findings": pages.findings(),
    }
    return Template("uses.html", context=context)


@get("/model", sync_to_thread=True)
def model(pages: Given) -> Template:
    """What the model in use foresees, and how good it is."""
    return Template("model.html", context={"here": "model", "view": pages.model()})


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


HANDLERS = (front, queue, household, outbox, trace, alerts, uses, model, ledger, verify, health)
