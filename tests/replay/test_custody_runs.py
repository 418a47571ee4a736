"""Runs of custody agree with the frames, turn by turn."""

from __future__ import annotations

import pytest

from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.sessions.catalogue import find_session
from memview.sessions.reader import read_session


@pytest.mark.parametrize("sample", ["session_05", "session_09"])
def test_runs_agree_with_custody_at_every_turn(sample: str) -> None:
    replay = Replay(Workload(read_session(find_session(sample)).session), load_policy("lru")).run()
    seen_states: set[str] = set()
    for item_id in list(replay.item_ids())[::7]:
        runs = replay.custody_runs(item_id)
        assert runs[0].first_turn == 0
        state = {run.first_turn: run.state for run in runs}
        current = runs[0].state
        for turn in range(replay.turn_count + 1):
            current = state.get(turn, current)
            assert current == replay.custody_of(item_id, turn), (item_id, turn)
            seen_states.add(current)
    assert {"visible", "recoverable", "unseen"} <= seen_states
