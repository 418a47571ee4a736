"""The offline optimum as a band: what was achieved and what is certified, never one number.

With pages of different sizes the optimum is NP-hard, and Belady's rule misses it by some points. So there are two
edges: hits of a schedule that exists, and a number of hits that no schedule exceeds. The optimum is between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from memview.optimum.achieved import execute_packing
from memview.optimum.certified import certified_hits
from memview.optimum.packing import Model, packing_of
from memview.optimum.trace import AccessTrace

ACHIEVED = "offline schedule (knows the future), achieved"
CERTIFIED = "no policy can miss less"


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge of the band: hits and misses out of `hits + misses` requests, and what the number claims."""

    kind: Literal["achieved", "certified"]
    model: Model
    label: str
    hits: int
    misses: int

    @property
    def miss_ratio(self) -> float | None:
        """Misses per request; None when there are no requests."""
        requests = self.hits + self.misses
        return self.misses / requests if requests else None


@dataclass(frozen=True, slots=True)
class OptimumBand:
    """Hits of the offline optimum of one trace with a core of `capacity` tokens.

    *forced* lets every request in that fits, *bypass* may decline; a policy of either kind stays within bypass. Always
    achieved <= certified for each model, and forced <= bypass for each edge.
    """

    requests: int
    capacity: int
    achieved_forced: int
    achieved_bypass: int
    certified_forced: int
    certified_bypass: int

    def edge(self, kind: Literal["achieved", "certified"], model: Model) -> Edge:
        """One of the four edges."""
        achieved, certified = (
            (self.achieved_forced, self.certified_forced)
            if model == "forced"
            else (self.achieved_bypass, self.certified_bypass)
        )
        hits, label = (achieved, ACHIEVED) if kind == "achieved" else (certified, CERTIFIED)
        return Edge(kind, model, label, hits, self.requests - hits)

    def edges(self) -> tuple[Edge, Edge, Edge, Edge]:
        """Certified and achieved under bypass, then both under forced."""
        return (
            self.edge("certified", "bypass"),
            self.edge("achieved", "bypass"),
            self.edge("certified", "forced"),
            self.edge("achieved", "forced"),
        )


def optimum_band(trace: AccessTrace, capacity: int) -> OptimumBand:
    """Both edges under both models; 0.2 to 0.3 s for 5,000 accesses. Raises ValueError for a negative capacity."""
    forced, bypass = packing_of(trace, capacity, "forced"), packing_of(trace, capacity, "bypass")
    achieved_forced = execute_packing(forced, trace, capacity, "forced")
    # A schedule that lets everything in is one that declines nothing.
    achieved_bypass = max(achieved_forced, execute_packing(bypass, trace, capacity, "bypass"))
    certified_bypass = certified_hits(bypass, achieved_bypass)
    return OptimumBand(
        requests=trace.requests,
        capacity=capacity,
        achieved_forced=achieved_forced,
        achieved_bypass=achieved_bypass,
        certified_forced=min(certified_bypass, certified_hits(forced, achieved_forced)),
        certified_bypass=certified_bypass,
    )


def regret(hits: int, offline_hits: int) -> float | None:
    """1 - `hits` / hits of the offline optimum, achieved, under bypass; None when the optimum has no hits.

    `offline_hits` is `OptimumBand.achieved_bypass`, or `achieved_hits(trace, capacity, "bypass")` where the bound is
    not needed. A replay that hits more often than the schedule found is itself a better schedule: its regret is 0.
    """
    optimum = max(hits, offline_hits)
    return 1 - hits / optimum if optimum else None
