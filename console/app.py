"""The application: pages, their templates, their static files, their defence, their errors."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from console import defence, problem, text_wording, wording
from console.links import LINKS
from console.pages import HANDLERS, Checked
from console.view import Pages
from console.webhook import HOOKS

HERE = Path(__file__).parent
FILTERS = (
    text_wording.channel_words,
    text_wording.consent_words,
    text_wording.entry_words,
    text_wording.held_words,
    text_wording.keywords,
    text_wording.language_name,
    text_wording.status_words,
    text_wording.text_kind,
    wording.action_name,
    wording.code_meaning,
    wording.distance,
    wording.few,
    wording.hour,
    wording.long_day,
    wording.measured,
    wording.percent,
    wording.short_day,
    wording.short_id,
    wording.spoken,
    wording.tier_meaning,
    wording.tier_name,
    wording.times,
)


def create(pages: Pages) -> Litestar:
    """The console.

    Args:
        pages: what it may call.

    Returns:
        An ASGI application. Serve it with `console.server.serve`, which binds the loopback address only.
    """
    checked = Checked()
    return Litestar(
        route_handlers=[
            *HANDLERS,
            *LINKS,
            *HOOKS,
            create_static_files_router(path="/static", directories=[HERE / "static"]),
        ],
        dependencies={
            "pages": Provide(lambda: pages, sync_to_thread=False),
            "checked": Provide(lambda: checked, sync_to_thread=False),
        },
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment(pages))),
        exception_handlers={Exception: problem.answer},
        before_request=defence.host_check(pages.public_url),
        before_send=[defence.protect],
        openapi_config=None,  # there is no HTTP API yet: nothing to describe
        logging_config=None,  # an address holds a pseudonym, an exception could hold a value: neither is logged
        debug=False,
    )


def environment(pages: Pages) -> Environment:
    """Templates: everything is escaped, and a name that a view does not have is an error, not an empty space.

    Args:
        pages: whom the pages act for, and where times are told.
    """
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {words.__name__: words for words in FILTERS}
    made.filters["local"] = partial(wording.local, zone=ZoneInfo(pages.timezone))
    made.tests["stale"] = wording.is_stale
    made.globals |= {"asker": pages.asker, "invented": pages.invented, "office": pages.office}
    made.globals |= {"steward": pages.links.steward if pages.links is not None else ""}
    made.globals |= {"acts": text_wording.ACTS, "hows": text_wording.HOWS, "kinds": wording.KINDS}
    made.globals |= {"moves": wording.MOVES, "smallest": wording.SMALLEST}
    return made
