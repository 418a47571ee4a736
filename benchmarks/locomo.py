"""A LoCoMo conversation imported, and replayed under every policy, in a fresh interpreter.

`python -m benchmarks.locomo` prints the seconds of the import and of each replay.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.table import Row, Target
from benchmarks.timing import median

CONVERSATION = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "locomo" / "conv-26.json"
_LIMIT_SECONDS = 2.0


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001
    """Medians over fresh interpreters. Without the data (they are no part of the repository) there are no rows."""
    if not CONVERSATION.is_file():
        print(f"locomo: skipped, {CONVERSATION} is absent", file=sys.stderr)
        return []
    runs = [_measured() for _ in range(scale.repeats)]
    policies = len(runs[0]) - 1
    what = f"conv-26: import and {policies} policies, with probes"
    alone = median([run["import"] for run in runs])
    total = median([sum(run.values()) for run in runs])
    return [Row("locomo", what, total, "s", alone, "the import alone", Target("ours", _LIMIT_SECONDS))]


def _measured() -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.locomo"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    seconds: dict[str, float] = json.loads(done.stdout)
    return seconds


def replay_all() -> dict[str, float]:
    """Seconds of the import (modules and file) and of the replay under each policy, to the metrics."""
    started = time.perf_counter()
    from memview.policies import policy_catalogue
    from memview.replay import Replay, Workload
    from memview.sessions.importers import open_session

    session = open_session(CONVERSATION).session
    workload = Workload(session)
    seconds = {"import": time.perf_counter() - started}
    for spec in policy_catalogue():
        started = time.perf_counter()
        replay = Replay(workload, spec).run()
        if replay.metrics["probe_recall"] is None:
            raise RuntimeError(f"{spec.label} asked no probe")
        seconds[spec.label] = time.perf_counter() - started
    return seconds


if __name__ == "__main__":
    print(json.dumps(replay_all()))
