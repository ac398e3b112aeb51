"""The watch: what a privacy officer should look at among the uses of data, read off the ledger alone.

Every check is one small function over looks and refusals; each names what made it speak. A finding is a question, not a
verdict: it goes to a person, who reviews it (`governance.review`). None of them needs a family's data: looks at a
household are compared by keyed digests and by the commitments that the ledger bears.
"""

from governance.anomaly.finding import Finding, Kind
from governance.anomaly.look import Look, Refusal, looks_in, refusals_in

__all__ = ["Finding", "Kind", "Look", "Refusal", "looks_in", "refusals_in"]
