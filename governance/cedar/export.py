"""The policies as one text, for people to read and for other tools to load."""

from __future__ import annotations

import re

import cedarpy

from governance.cedar.literal import LINE, comment
from governance.cedar.policy import permits
from governance.cedar.schema import SCHEMA
from governance.ids import AgreementId
from governance.standing import Papers, Standing

_PREFACE = (
    "Generated from the agreements; not to be edited. A use is permitted where a permit holds for every dataset it",
    "asks for, and for every agreement that what it asks for was derived from. Nothing else permits.",
    "",
    "Of a permit every `when` must hold. Before each stands the code of the clause that refuses where it does not.",
    "",
    "The words that the policies use, for a validator:",
    "",
)

_LONE = re.compile(r"\.(contains\w*)\n *\(\n *(.+)\n *\)")
"""Parentheses on lines of their own after a long list. No text holds an end of line: it would be written by number."""


def policies(papers: Papers, only: AgreementId | None = None) -> str:
    """The agreements as Cedar policies, laid out by Cedar's own formatter. They are the ones that decide.

    Args:
        papers: every paper as it stands; without a memorandum nothing is permitted.
        only: leave out every other agreement.

    Returns:
        A text that Cedar reads; the schema stands in it as a comment.
    """
    preface = "\n".join(comment(line) for line in (*_PREFACE, *SCHEMA.splitlines()))
    if papers.mou is None:
        return f"{preface}\n\n{comment('No memorandum is on file here: nothing is permitted.')}\n"
    chosen = [standing for id, standing in papers.agreements.items() if only in {None, id}]
    return "\n\n".join([preface, *(_section(standing, papers) for standing in chosen)]) + "\n"


def _section(standing: Standing, papers: Papers) -> str:
    agreement = standing.agreement
    title = f"{agreement.id} version {agreement.version}: {agreement.title}"
    head = [comment("-" * (LINE - 3)), comment(title), comment(agreement.question)]
    found = [_laid_out(each) for each in permits(standing, papers)]
    return "\n\n".join(["\n".join(head), *found])


def _laid_out(policy: str) -> str:
    return _LONE.sub(r".\1(\2)", cedarpy.format_policies(policy, LINE, 2).strip())
