"""Sweeps: many sessions under many policies at many budgets, on all processors, in files that can be continued."""

from memview.evaluate.grid import Grid, Point, grid_of
from memview.evaluate.results import Evaluation, Result
from memview.evaluate.sources import sessions_of
from memview.evaluate.sweep import evaluate

__all__ = ["Evaluation", "Grid", "Point", "Result", "evaluate", "grid_of", "sessions_of"]
