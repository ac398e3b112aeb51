"""The pages about links that linkage is not sure of. They are there where the console was started for a steward."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from urllib.parse import parse_qsl

from anyio import to_thread
from litestar import Request, get, post
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter
from litestar.response import Redirect, Template

from console.defence import same_site
from console.pages import Given
from console.view import LinkPages, Pages

Review = Annotated[str, PathParameter(max_length=64, pattern=r"^r-[\w-]+$")]
MOST_BYTES = 8_000
"""A reason is a sentence or two."""


@get("/links", sync_to_thread=True)
def links(pages: Given) -> Template:
    """The queue; or, where the console was not started for a steward, how to come to it."""
    waiting = pages.links.waiting() if pages.links is not None else ()
    return Template("links.html", context={"here": "links", "links": pages.links, "rows": waiting})


@get("/links/{review:str}", sync_to_thread=True)
def link(pages: Given, review: Review) -> Template:
    """A pair side by side. The look is a use."""
    own = _own(pages)
    return Template("link.html", context={"here": "links", "links": own, "view": own.show(review)})


@post("/links/{review:str}/decision", status_code=200, guards=[same_site], request_max_body_size=MOST_BYTES)
async def decide(request: Request[Any, Any, Any], pages: Given, review: Review) -> Redirect:
    """Decide, then back to the queue."""
    fields = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
    await to_thread.run_sync(partial(_own(pages).decide, review, fields))
    return Redirect("/links", status_code=303)


LINKS = (links, link, decide)


def _own(pages: Pages) -> LinkPages:
    if pages.links is None:
        raise NotFoundException
    return pages.links
