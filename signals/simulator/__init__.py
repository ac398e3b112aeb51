"""The simulator: agency extracts of people who do not exist, in the feeds' real formats, with the truth beside them."""

from signals.simulator.help import read_help
from signals.simulator.history import Help
from signals.simulator.simulation import simulate
from signals.simulator.writer.file import Written

__all__ = ["Help", "Written", "read_help", "simulate"]
