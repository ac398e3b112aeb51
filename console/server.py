"""Serving the console: on the loopback address and nowhere else."""

from __future__ import annotations

import uvicorn
from litestar import Litestar

LOOPBACK = "127.0.0.1"


def serve(app: Litestar, *, port: int) -> None:
    """Serve until stopped.

    Args:
        app: the console.
        port: where on 127.0.0.1. Whoever is to see the pages from elsewhere needs a proxy with a login in front.
    """
    uvicorn.Server(config(app, port=port)).run()


def config(app: Litestar, *, port: int) -> uvicorn.Config:
    """How the console is served: no access log (an address holds a pseudonym), no word on what serves it.

    Args:
        app: the console.
        port: where on 127.0.0.1; 0 for any that is free.
    """
    return uvicorn.Config(
        app,
        host=LOOPBACK,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        lifespan="on",
    )
