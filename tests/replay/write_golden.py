"""Replays the golden session under every shipped policy; as a script, pins the results in golden_digests.json."""

from __future__ import annotations

import json
from pathlib import Path

from memview.kernel.workload import Workload
from memview.policies import load_policy
from memview.replay import Replay
from memview.sessions.reader import read_session

DATA = Path(__file__).parents[1] / "data"
POLICIES = ("fifo", "importance-recency", "lfu", "lru", "random")
Pinned = dict[str, dict[str, object]]


def golden_replay(policy: str) -> Replay:
    """The golden session under `policy`."""
    session = read_session(DATA / "golden_session.jsonl").session
    return Replay(Workload(session), load_policy(policy), seed=7).run()


def pinned() -> Pinned:
    """What the file holds."""
    found: Pinned = json.loads((DATA / "golden_digests.json").read_text(encoding="utf-8"))
    return found


def computed() -> Pinned:
    """What it ought to hold: for each policy the digest, and numbers that say where to look when it differs."""
    found: Pinned = {}
    for policy in POLICIES:
        replay = golden_replay(policy)
        found[policy] = {
            "digest": replay.digest,
            "events": len(replay.events),
            "evicted": [event.memory_id for event in replay.events if event.action == "evict"],
            "core": list(replay.frame(replay.turn_count).core),
            "custody": replay.frame(replay.turn_count).custody.as_dict(),
        }
    return found


if __name__ == "__main__":
    text = json.dumps(computed(), indent=1) + "\n"
    (DATA / "golden_digests.json").write_text(text, encoding="utf-8")
