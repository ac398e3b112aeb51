"""What the pages show, and what they may call. No page reaches past this: it sees what it is given, already permitted.

`flows` builds a `Pages` from its services; tests build one from plain values.
"""

from console.view.counts import AlertCounts
from console.view.foresight import Calibration, ListFigures, ModelView
from console.view.front import FeedCount, FrontView
from console.view.household import HouseholdView, ReasonView, Source, TimelineEvent
from console.view.ledger import LedgerHead
from console.view.links import LinkFact, LinkPages, LinkRow, LinkStep, LinkView
from console.view.pages import Pages
from console.view.queue import ORDER, QueueRow, QueueView
from console.view.text import OutboxView, TextLine, Thread
from console.view.trace import (
    TracedAgreement,
    TracedClearance,
    TracedEntry,
    TracedGrant,
    TracedSignature,
    TracedTask,
    TraceView,
)
from console.view.uses import ActionUses, FindingView, PurposeUses, Refusal, UsesByPurpose

__all__ = [
    "ORDER",
    "ActionUses",
    "AlertCounts",
    "Calibration",
    "FeedCount",
    "FindingView",
    "FrontView",
    "HouseholdView",
    "LedgerHead",
    "LinkFact",
    "LinkPages",
    "LinkRow",
    "LinkStep",
    "LinkView",
    "ListFigures",
    "ModelView",
    "OutboxView",
    "Pages",
    "PurposeUses",
    "QueueRow",
    "QueueView",
    "ReasonView",
    "Refusal",
    "Source",
    "TextLine",
    "Thread",
    "TimelineEvent",
    "TraceView",
    "TracedAgreement",
    "TracedClearance",
    "TracedEntry",
    "TracedGrant",
    "TracedSignature",
    "TracedTask",
    "UsesByPurpose",
]
