"""The trace: JSON that Perfetto reads, with every stay in the core as a slice and no two on one track at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from building import memory, run, session, turn
from hypothesis import given
from strategies import sessions

from memview.exports.chrome_trace import TURN_MICROSECONDS, chrome_trace
from memview.replay import Replay

_PHASES = {"M", "i", "C", "X"}


def trace_of(*replays: Replay) -> dict[str, Any]:
    loaded = json.loads("".join(chrome_trace([(replay.spec.label, replay) for replay in replays])))
    assert isinstance(loaded, dict)
    return loaded


def test_stays_and_counters_of_a_small_replay() -> None:
    story = session(
        turn(1, "kiwi", used=("A",)),
        turn(2, "plum", used=("B",)),
        loaded=(memory("A", "kiwi", tokens=60), memory("B", "plum", tokens=60)),
    )
    replay = run(story)
    trace = trace_of(replay)
    slices = [each for each in trace["traceEvents"] if each["ph"] == "X"]
    assert [(each["name"], each["ts"] // TURN_MICROSECONDS) for each in slices] == [("A", 1), ("B", 2)]
    assert slices[0]["ts"] + slices[0]["dur"] == slices[1]["ts"] or slices[0]["tid"] == slices[1]["tid"]
    custody = [each["args"] for each in trace["traceEvents"] if each["ph"] == "C" and each["name"] == "custody"]
    assert custody == [replay.frame(number).custody.as_dict() for number in range(3)]
    assert trace["otherData"]["digests"] == {replay.spec.label: replay.digest}


@given(sessions())
def test_every_record_is_well_formed_and_slices_of_a_track_do_not_overlap(story: Any) -> None:
    first, second = run(story), run(story, "fifo")
    ends: dict[tuple[int, int], int] = defaultdict(int)
    for record in sorted(trace_of(first, second)["traceEvents"], key=lambda each: each["ts"]):
        assert record["ph"] in _PHASES
        assert isinstance(record["pid"], int)
        assert record["ts"] >= 0
        if record["ph"] == "X":
            track = (record["pid"], record["tid"])
            assert record["ts"] >= ends[track] - 1
            ends[track] = record["ts"] + record["dur"]
