"""Caches by the names of their policies, and traces of our own to put through them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from hashlib import sha256

from memview.policies.eviction.cache import Cache
from memview.policies.policy import Policy
from memview.policies.registry import EVICTION, create_eviction
from memview.policies.simulate import SimulatedCache, create_cache
from memview.policies.trace import Trace, TraceFuture

Request = tuple[int, int]

OFFLINE = ("belady", "belady-size")


def trace_of(requests: Sequence[Request]) -> Trace:
    """Requests, keys and sizes, as a trace."""
    return Trace(array("q", [key for key, _ in requests]), array("q", [size for _, size in requests]))


def cache(name: str, capacity: int, trace: Trace | None = None, seed: int = 0, **parameters: float) -> SimulatedCache:
    """An empty cache under the algorithm called `name`; offline ones know `trace`."""
    future = TraceFuture(trace_of([]) if trace is None else trace)
    return create_cache(Policy(name, eviction=name, parameters=parameters), capacity, future, seed)


def is_cache(name: str) -> bool:
    """Whether the algorithm called `name` is a cache, and no policy that needs pages."""
    policy = create_eviction(Policy(name, eviction=name), 0, 10, TraceFuture(trace_of([])))
    return isinstance(getattr(policy, "cache", None), Cache)


CACHES = tuple(name for name in sorted(EVICTION) if is_cache(name))


def bitmap_of(cache: SimulatedCache, trace: Trace) -> str:
    """Hits as 1, misses as 0."""
    return "".join("1" if hit else "0" for hit in cache.run(trace.keys, trace.sizes))


def pinned(bitmap: str) -> list[int | str]:
    """What the golden files hold of a bitmap: the misses, and the beginning of a digest."""
    return [bitmap.count("0"), sha256(bitmap.encode()).hexdigest()[:16]]


def numbers(seed: int) -> Iterator[int]:
    """A linear congruential generator (Knuth's MMIX): the same on every platform and Python."""
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 33


def skewed_trace(seed: int, length: int, keys: int, largest: int) -> Trace:
    """Popular keys and, one time in four, a scan of rare ones; every key has one size from 1 to `largest`."""
    draw = numbers(seed)
    sizes = [1 + next(draw) % largest for _ in range(2 * keys)]
    requests = []
    for place in range(length):
        popular = next(draw) % 4 > 0
        key = min(next(draw) % keys for _ in range(3)) if popular else keys + place % keys
        requests.append((key, sizes[key]))
    return trace_of(requests)
