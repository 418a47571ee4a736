"""What would have kept a memory in a 600-turn conversation: the smallest core budget, and everything that is tried.

The plain alternative to the first is a replay of every budget from the one in force up to the answer, each of them to
the turn in question and no further, as the search's own replays are.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.evaluate import CONVERSATION
from benchmarks.scale import Scale
from benchmarks.table import Row, Target
from benchmarks.timing import median

if TYPE_CHECKING:
    from memview.replay import Replay

TURN = 600
_SEARCH_SECONDS = 1.0
_ALL_SECONDS = 3.0
_ASKED = 4
"""Memories that were evicted last before the turn and are not back."""

_SAMPLE = 9
"""Budgets that are replayed to know what one costs."""


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001
    """Medians over the memories asked about. Without the data there are no rows."""
    if not CONVERSATION.is_file():
        print(f"counterfactuals: skipped, {CONVERSATION} is absent", file=sys.stderr)
        return []
    from memview.kernel.workload import Workload
    from memview.policies import load_policy
    from memview.replay import Replay
    from memview.replay.counterfactuals import Trials
    from memview.replay.counterfactuals_budget import BudgetSearch
    from memview.replay.counterfactuals_run import Question, bare_kernel, last_chance, run_to
    from memview.sessions.importers import open_session

    replay = Replay(Workload(open_session(CONVERSATION).session), load_policy("lru")).run()
    searches, plain, everything, exact = [], [], [], 0
    for memory_id in _gone(replay):
        question = Question(replay.workload, replay.item_number(memory_id), TURN)
        started = time.perf_counter()
        search = BudgetSearch(question, replay.spec, replay.budgets, replay.seed)
        answer = deque(search.steps(), maxlen=1).pop()
        searches.append(time.perf_counter() - started)
        exact += answer.is_exact
        chance = last_chance(question, replay.spec)
        started = time.perf_counter()
        for _ in range(_SAMPLE):
            run_to(bare_kernel(question, replay.spec, replay.budgets, replay.seed), question, chance)
        each = (time.perf_counter() - started) / _SAMPLE
        plain.append(each * max(1, (answer.smallest or answer.highest) - answer.lowest))
        started = time.perf_counter()
        deque(Trials(replay, memory_id, TURN, lambda: False).steps(), maxlen=0)
        everything.append(time.perf_counter() - started)
    what = f"conv-42 at turn {TURN}, lru: {exact} of {len(searches)} exact"
    return [
        Row(
            "counterfactuals", f"smallest budget, {what}", median(searches), "s", median(plain),
            "every budget replayed", Target("ours", _SEARCH_SECONDS),
        ),
        Row(
            "counterfactuals", "pins, budgets, 33 eviction policies, all numbers, presets", median(everything), "s",
            target=Target("ours", _ALL_SECONDS),
        ),
    ]  # fmt: skip


def _gone(replay: Replay) -> list[str]:
    evicted = {
        event.memory_id: event.turn
        for event in replay.events
        if event.action == "evict" and event.memory_id is not None and event.turn <= TURN
    }
    gone = [name for name in evicted if replay.custody_of(name, TURN) == "recoverable"]
    return sorted(gone, key=lambda name: -evicted[name])[:_ASKED]
