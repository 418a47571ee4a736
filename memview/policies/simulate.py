"""A bare trace through an eviction algorithm, and nothing else: no retrieval, no promotion, no pins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress
from typing import Protocol

from memview.kernel.protocols import Future
from memview.model.errors import PolicyError
from memview.policies.eviction.cache_eviction import CacheEviction
from memview.policies.eviction.paged_cache import PagedCache
from memview.policies.policy import Policy
from memview.policies.registry import create_eviction, load_policy
from memview.policies.trace import Trace, TraceFuture

MOST_CAPACITY = 10**15
"""The largest cache, in size units."""

_AT_ONCE = 1 << 16
_DIGITS = bytes(ord("1") if byte else ord("0") for byte in range(256))


class SimulatedCache(Protocol):
    """What a trace runs through: a `Cache`, or a `PagedCache` around a policy that needs pages."""

    capacity: int
    used: int
    log: list[int]

    def residents(self) -> dict[int, int]:
        """The size of each resident key."""

    def request(self, key: int, size: int) -> bool:
        """Whether `key` was resident; if it was not, it may come in."""

    def run(self, keys: Iterable[int], sizes: Iterable[int]) -> bytearray:
        """Request all in order; one byte a request, 1 for a hit."""


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What came of a trace. `policy` is a label; `size_misses` are size units; `bitmap` has a 1 for each hit."""

    policy: str
    capacity: int
    seed: int
    requests: int
    hits: int
    size_requested: int
    size_misses: int
    bitmap: str

    @property
    def misses(self) -> int:
        """Requests for what was not resident."""
        return self.requests - self.hits

    @property
    def miss_ratio(self) -> float:
        """Misses over requests; 0 without requests."""
        return self.misses / self.requests if self.requests else 0.0

    @property
    def size_miss_ratio(self) -> float:
        """Size units missed over size units requested; 0 without requests."""
        return self.size_misses / self.size_requested if self.size_requested else 0.0

    def as_dict(self) -> dict[str, int | float | str]:
        """The published shape, without the bitmap."""
        return {
            "policy": self.policy,
            "capacity": self.capacity,
            "seed": self.seed,
            "requests": self.requests,
            "hits": self.hits,
            "misses": self.misses,
            "miss_ratio": self.miss_ratio,
            "size_misses": self.size_misses,
            "size_miss_ratio": self.size_miss_ratio,
        }


def create_cache(policy: str | Policy, capacity: int, future: Future, seed: int = 0) -> SimulatedCache:
    """An empty cache of `capacity` size units under the eviction algorithm of `policy`.

    Only an offline algorithm looks into the `future`. Raises PolicyError for an unknown policy, a wrong parameter and a
    capacity that is not from 1 to 10**15.
    """
    if not 1 <= capacity <= MOST_CAPACITY:
        told = str(capacity) if abs(capacity) < 10**30 else "a huge number"
        raise PolicyError(f"the capacity is {told}: it counts size units, from 1 to 10**15")
    spec = load_policy(policy) if isinstance(policy, str) else policy
    eviction = create_eviction(spec, seed, capacity, future)
    return eviction.cache if isinstance(eviction, CacheEviction) else PagedCache(eviction, capacity)


def simulate(trace: Trace, policy: str | Policy, capacity: int, seed: int = 0) -> SimulationResult:
    """Run `trace` through an empty cache. Raises PolicyError as `create_cache` does.

    A hit on a key does not change the size that it came in with.
    """
    spec = load_policy(policy) if isinstance(policy, str) else policy
    cache = create_cache(spec, capacity, TraceFuture(trace), seed)
    hits = bytearray()
    for start in range(0, len(trace), _AT_ONCE):
        hits += cache.run(trace.keys[start : start + _AT_ONCE], trace.sizes[start : start + _AT_ONCE])
        cache.log.clear()
    requested = sum(trace.sizes)
    return SimulationResult(
        policy=spec.label,
        capacity=capacity,
        seed=seed,
        requests=len(hits),
        hits=hits.count(1),
        size_requested=requested,
        size_misses=requested - sum(compress(trace.sizes, hits)),
        bitmap=hits.translate(_DIGITS).decode("ascii"),
    )
