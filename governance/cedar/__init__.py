"""The second opinion: the agreements as Cedar policies, and an evaluator that decides by them."""

from governance.cedar.export import policies
from governance.cedar.opinion import CedarOpinion

__all__ = ["CedarOpinion", "policies"]
