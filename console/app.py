"""The application: pages, their templates, their static files, their defence, their errors."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from console import defence, problem, wording
from console.pages import HANDLERS, Checked
from console.view import Pages

HERE = Path(__file__).parent
FILTERS = (
    "tier_name",
    "tier_meaning",
    "long_day",
    "short_day",
    "distance",
    "few",
    "measured",
    "spoken",
    "action_name",
    "code_meaning",
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
        route_handlers=[*HANDLERS, create_static_files_router(path="/static", directories=[HERE / "static"])],
        dependencies={
            "pages": Provide(lambda: pages, sync_to_thread=False),
            "checked": Provide(lambda: checked, sync_to_thread=False),
        },
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment(pages.asker))),
        exception_handlers={Exception: problem.answer},
        before_request=defence.check_host,
        before_send=[defence.protect],
        openapi_config=None,  # there is no HTTP API yet: nothing to describe
        logging_config=None,  # an address holds a pseudonym, an exception could hold a value: neither is logged
        debug=False,
    )


def environment(asker: str) -> Environment:
    """Templates: everything is escaped, and a name that a view does not have is an error, not an empty space.

    Args:
        asker: the staff id that the pages act for.
    """
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {name: getattr(wording, name) for name in FILTERS}
    made.tests["stale"] = wording.is_stale
    made.globals |= {"asker": asker, "moves": wording.MOVES, "consents": wording.CONSENT, "smallest": wording.SMALLEST}
    return made
