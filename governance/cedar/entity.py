"""Entities: where the papers stand now, as Cedar sees it. Everything else of an agreement is in its policies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import cedarpy

from governance.cedar.request import uid
from governance.cedar.schema import schema
from governance.ids import DatasetId
from governance.standing import MouStanding, Papers, Standing


def entities(papers: Papers, known: frozenset[DatasetId]) -> cedarpy.Entities:
    """The papers' standing and the feeds' datasets, checked against the schema.

    Args:
        papers: every paper at one moment.
        known: every dataset that a feed declares.
    """
    return cedarpy.Entities.from_json_str(json.dumps(list(_all(papers, known))), schema=schema())


def _all(papers: Papers, known: frozenset[DatasetId]) -> Iterator[dict[str, Any]]:
    yield _entity("Feeds", "of this installation", {"declared": [uid("Dataset", name) for name in sorted(known)]})
    for standing in papers.agreements.values():
        yield _entity("Agreement", standing.id, _stands(standing))
    if papers.mou is not None:
        own = {"id": papers.mou.mou.id, "participants": sorted(papers.mou.participants)}
        yield _entity("Memorandum", "in force here", {**own, **_stands(papers.mou)})


def _stands(paper: Standing | MouStanding) -> dict[str, Any]:
    return {
        "version": paper.version,
        "sha256": paper.sha256,
        "status": paper.status.value,
        "flaw": paper.flaw,
    }


def _entity(sort: str, id: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {"uid": uid(sort, id), "attrs": attributes, "parents": []}
