"""The simulator: agency extracts of people who do not exist, in the feeds' real formats, with the truth beside them."""

from signals.simulator.simulation import simulate
from signals.simulator.writer.file import Written

__all__ = ["Written", "simulate"]
