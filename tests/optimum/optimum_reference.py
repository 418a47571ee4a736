"""What the optimum is checked against: exhaustive search over cache states, and plain online policies."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

from memview.optimum.packing import Model
from memview.optimum.trace import AccessTrace

SHARED_TRACES = Path(__file__).parents[3] / "shared" / "data" / "cache_traces"
CONVERSATIONS = ("conv-26", "conv-30", "conv-42")

Choose = Callable[["OrderedDict[Hashable, int]", int], Hashable]
"""Which of the resident pages leaves at that access; they stand in the order of their arrival or last use."""


def most_hits(trace: AccessTrace, capacity: int, model: Model) -> int:
    """The optimum, by trying every set of pages that can stay at every access. For a dozen accesses."""
    best: dict[frozenset[Hashable], int] = {frozenset(): 0}
    sizes = dict(zip(trace.keys, trace.sizes, strict=True))
    for place, key in enumerate(trace.keys):
        after: dict[frozenset[Hashable], int] = {}
        for resident, hits in best.items():
            for state, gained in _steps(resident, key, sizes, capacity, model, trace.counts(place)):
                after[state] = max(after.get(state, 0), hits + gained)
        best = after
    return max(best.values())


def _steps(
    resident: frozenset[Hashable], key: Hashable, sizes: dict[Hashable, int], capacity: int, model: Model, counts: bool
) -> Iterator[tuple[frozenset[Hashable], int]]:
    if key in resident:
        yield resident, int(counts)
        return
    if model == "bypass" or not counts or sizes[key] > capacity:
        yield resident, 0
    for number in range(len(resident) + 1):
        for staying in combinations(sorted(resident, key=repr), number):
            if sum(sizes[page] for page in staying) + sizes[key] <= capacity:
                yield frozenset((*staying, key)), 0


def online_misses(trace: AccessTrace, capacity: int, choose: Choose, *, moves_on_hit: bool = False) -> int:
    """Misses of a demand-paging policy: evict before insert until it fits; what is larger than the core stays out."""
    resident: OrderedDict[Hashable, int] = OrderedDict()
    used = misses = 0
    for place, (key, size) in enumerate(zip(trace.keys, trace.sizes, strict=True)):
        if key in resident:
            if moves_on_hit:
                resident.move_to_end(key)
            continue
        misses += trace.counts(place)
        if size > capacity:
            continue
        while used + size > capacity:
            used -= resident.pop(choose(resident, place))
        resident[key] = size
        used += size
    return misses


def first(resident: OrderedDict[Hashable, int], place: int) -> Hashable:
    return next(iter(resident))


def lru_reference(trace: AccessTrace, capacity: int) -> int:
    return online_misses(trace, capacity, first, moves_on_hit=True)


def fifo_reference(trace: AccessTrace, capacity: int) -> int:
    return online_misses(trace, capacity, first)


def random_reference(trace: AccessTrace, capacity: int) -> int:
    generator = random.Random(7)
    return online_misses(trace, capacity, lambda resident, place: generator.choice(list(resident)))


def belady_reference(trace: AccessTrace, capacity: int) -> int:
    """Farthest next use, with the future looked up naively."""
    keys = list(trace.keys)

    def next_use(key: Hashable, place: int) -> int:
        return next((later for later in range(place + 1, len(keys)) if keys[later] == key), len(keys))

    return online_misses(trace, capacity, lambda resident, place: max(resident, key=lambda key: next_use(key, place)))


ONLINE = {"lru": lru_reference, "fifo": fifo_reference, "random": random_reference}


def conversation_trace(seed: int, turns: int, per_turn: int = 8, sizes: Sequence[int] | None = None) -> AccessTrace:
    """A trace like an agent's: every turn writes a memory and asks for recent, popular and related ones."""
    generator = random.Random(seed)
    table = [generator.choice(sizes) if sizes else int(generator.lognormvariate(3.2, 0.5)) + 4 for _ in range(turns)]
    keys: list[int] = []
    for turn in range(turns):
        asked = {turn}
        topic = generator.randrange(turn + 1)
        for _ in range(per_turn):
            kind = generator.random()
            if kind < 0.3:
                asked.add(max(0, turn - int(generator.expovariate(0.1))))
            elif kind < 0.6:
                asked.add(int(generator.random() ** 3 * turn))
            else:
                asked.add(min(turn, max(0, topic + generator.randrange(-5, 6))))
        keys += sorted(asked, key=lambda key: (key * 7919) % 1009)
    return AccessTrace(keys, [table[key] for key in keys])


def shared_trace(name: str) -> AccessTrace | None:
    """One of the LoCoMo traces beside the repository, None when it is not there."""
    path = SHARED_TRACES / f"locomo_{name}.txt"
    if not path.exists():
        return None
    pairs = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return AccessTrace([int(key) for key, _ in pairs], [int(size) for _, size in pairs])
