"""Seconds to consolidate an archive of facts that has duplicates, near duplicates, changed facts and old ones."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.table import Row, Target
from benchmarks.timing import median
from memview.model.lifecycle_spec import LifecycleSpec
from memview.model.memory import Citation, Memory
from memview.policies.lifecycle.clusters import find_digests
from memview.policies.lifecycle.conflicts import find_conflicts
from memview.policies.lifecycle.consolidate import consolidate
from memview.policies.lifecycle.duplicates import find_duplicates
from memview.policies.lifecycle.landfill import landfill
from memview.policies.lifecycle.readings import readings, says_one_thing
from memview.policies.lifecycle.standing import State, Usage
from memview.policies.lifecycle.wording import wording
from memview.policies.standins.texts import sentences

MEMORIES = 10_000
_SLOWEST_SECONDS = 2.0
_TURN = 1_000
_CITIES = "Oslo Rome Paris Lima Cairo Delhi Tokyo Perth Quito Turin Malmö Porto Basel Leeds Sofia Varna".split()
_FIRMS = "Acme Globex Initech Umbrella Stark Wayne Tyrell Cyberdyne Hooli Aperture".split()
_FOODS = "green tea,black coffee,raw fish,rye bread,red wine,goat cheese,dark chocolate,plum jam,oat milk".split(",")
_HOBBIES = "chess,rowing,pottery,climbing,birdwatching,calligraphy,fencing,sailing,juggling,knitting".split(",")
_SEASONS = "spring summer autumn winter".split()


def facts(count: int, seed: int = 5) -> list[Memory]:
    """`count` facts about people of a made-up town: some told twice, some with more words, many that change."""
    source = random.Random(seed)
    people = [f"{first}{last}" for first in ("An", "Bo", "Ca", "De", "El", "Fi", "Gu", "Ha") for last in _ENDS]
    found: list[Memory] = []
    for number in range(count):
        draw = source.random()
        if found and draw < 0.08:
            text = source.choice(found).text
        elif found and draw < 0.14:
            text = f"{source.choice(found).text.rstrip('.')} together with friends"
        else:
            text = _fact(source, source.choice(people))
        found.append(
            Memory(
                f"FCT-{number:05d}", text, importance=round(source.random(), 2),
                created_at=f"20{10 + number // 336 % 60:02d}-{1 + number // 28 % 12:02d}-{1 + number % 28:02d}",
                citation=Citation("s", f"t-{number:05d}"),
            )
        )  # fmt: skip
    return found


_ENDS = "na ra lo mi ko sa vi do ren lia mon tis gar bel nor win del fin ric jo".split()


def _fact(source: random.Random, who: str) -> str:
    kind = source.randrange(8)
    if kind == 0:
        return f"{who} lives in {source.choice(_CITIES)}."
    if kind == 1:
        return f"{who} works at {source.choice(_FIRMS)} since {source.randint(1990, 2025)}."
    if kind == 2:
        return f"{who} {source.choice(('likes', 'hates'))} {source.choice(_FOODS)}."
    if kind == 3:
        return f"{who}'s favourite hobby is {source.choice(_HOBBIES)}."
    if kind == 4:
        return f"{who} bought {source.randint(2, 90)} kilos of {source.choice(_FOODS)} in {source.choice(_CITIES)}."
    if kind == 5:
        when, where = source.choice(_SEASONS), source.choice(_CITIES)
        return f"{who} wants to learn {source.choice(_HOBBIES)} next {when} in {where}."
    if kind == 6:
        return f"{who} is {source.randint(18, 90)} years old."
    return f"{who} went {source.choice(_HOBBIES)} with {source.choice(_CITIES)} club on day {source.randint(1, 365)}."


def state_of(memories: list[Memory]) -> State:
    """Arrivals spread over the turns; every third memory was asked for once."""
    usage = {}
    for number, memory in enumerate(memories):
        arrived = number * _TURN // len(memories)
        usage[memory.memory_id] = Usage(arrived, arrived + 1, 1) if number % 3 == 0 else Usage(arrived)
    return State(turn=_TURN, at="2071-01-01", usage=usage)


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001
    """Consolidation with cold caches, as in the first step of a replay, and its parts with warm ones."""
    memories = facts(MEMORIES)
    state, spec = state_of(memories), LifecycleSpec()
    samples = []
    for _ in range(scale.repeats):
        for cache in (readings, says_one_thing, wording, sentences):
            cache.cache_clear()
        samples.append(_seconds(lambda: consolidate(memories, state, spec)))
    count = len(consolidate(memories, state, spec))
    target = Target("ours", _SLOWEST_SECONDS)
    parts: dict[str, Callable[[], object]] = {
        "conflicts": lambda: find_conflicts(memories, state.arrivals),
        "duplicates": lambda: find_duplicates(memories, spec.merge_threshold, state.arrivals),
        "summaries": lambda: find_digests(memories, state, spec),
        "landfill": lambda: landfill(memories, state.usage, state, spec),
        "all, again": lambda: consolidate(memories, state, spec),
    }
    return [
        Row("lifecycle", f"{MEMORIES:,} facts, {count:,} steps: consolidated", median(samples), "s", target=target),
        *(
            Row("lifecycle", f"{MEMORIES:,} facts: {name}", median([_seconds(part) for _ in range(scale.repeats)]), "s")
            for name, part in parts.items()
        ),
    ]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
