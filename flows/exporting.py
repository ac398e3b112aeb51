"""Exporting: an agreement in other people's forms."""

from __future__ import annotations

import json

from flows.services import Services
from governance.agreement import Agreement
from governance.document import Paper
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.odrl import policy


def odrl_text(house: Services, paper: Paper) -> str:
    """An agreement as ODRL 2.2 in JSON-LD, under the memorandum that is in force here.

    Args:
        house: the services.
        paper: the agreement.

    Raises:
        Misconfigured: `EXPORT_FORM` for a memorandum: it permits nothing by itself.
    """
    if not isinstance(paper, Agreement):
        what = "A memorandum permits nothing by itself, so that it has no ODRL policy."
        raise Misconfigured(what, "Export it as YAML, or export an agreement.", code="EXPORT_FORM")
    standing = house.register.mou()
    floor = standing.mou.floor if standing is not None and standing.active else None
    return json.dumps(policy(paper, floor), indent=2, ensure_ascii=False) + "\n"


def cedar_text(house: Services, id: AgreementId) -> str:
    """The policies by which the second opinion decides on an agreement's data, generated from it as it stands now.

    Args:
        house: the services.
        id: the agreement; a memorandum's id gives every agreement's.
    """
    from governance.cedar.export import policies

    papers = house.register.papers()
    return policies(papers, id if id in papers.agreements else None)
