"""What runs in threads, without threads: computing in slices, searching, lanes that wait for their replay."""

from __future__ import annotations

import pytest
from holder import sample_replay

from memview.model.errors import PolicyError
from memview.model.frame import SectionTokens
from memview.policies import load_policy
from memview.replay import Replay
from memview.settings import BudgetSettings
from memview.tui.finder import Finder
from memview.tui.lanes import Lanes
from memview.tui.loader import Computer, make_replay
from memview.tui.playback import Playback


def fresh(policy: str = "lru", core: int | None = None) -> Replay:
    return make_replay(sample_replay().workload, load_policy(policy), BudgetSettings(core))


def no_complaint(message: str) -> None:
    raise AssertionError(message)


def test_a_replay_made_has_only_the_loading_computed_and_the_budget_asked_for() -> None:
    replay = fresh(core=500)
    assert replay.computed == 0
    assert replay.budgets.core == 500


def test_the_computer_completes_all_replays_in_order_and_reports() -> None:
    computer = Computer()
    first, second = fresh(), fresh("fifo")
    computer.order = (first, second)
    seen: list[tuple[int, int]] = []
    computer.run(lambda: False, lambda: seen.append((first.computed, second.computed)), no_complaint)
    assert first.is_complete
    assert second.is_complete
    assert (first.turn_count, 0) in seen
    assert first.digest == sample_replay().digest


def test_the_computer_stops_when_it_is_told_to() -> None:
    computer = Computer()
    replay = fresh()
    computer.order = (replay,)
    calls = iter([False, False, True])
    computer.run(lambda: next(calls), lambda: None, no_complaint)
    assert 0 < replay.computed < replay.turn_count


def test_a_policy_that_fails_stops_its_own_replay_only(monkeypatch: pytest.MonkeyPatch) -> None:
    computer = Computer()
    failing, other = fresh(), fresh("fifo")
    advance = failing._kernel.run_turn

    def run_turn(number: int) -> SectionTokens:
        if number == 7:
            raise PolicyError("policy x raised OSError in victim at turn 7")
        return advance(number)

    monkeypatch.setattr(failing._kernel, "run_turn", run_turn)
    computer.order = (failing, other)
    complaints: list[str] = []
    computer.run(lambda: False, lambda: None, complaints.append)
    assert complaints == ["policy x raised OSError in victim at turn 7"]
    assert (failing.computed, computer.has_stopped(failing)) == (6, True)
    assert failing.frame(6).turn == 6
    assert other.is_complete
    assert not computer.has_stopped(other)
    assert computer.next_replay() is None


def test_the_finder_looks_for_every_word_in_action_id_places_and_reason_in_any_case() -> None:
    replay = sample_replay()
    for text in ("EVICT", "prf-00012", "idle turns", "evict lru", "lru: PRF evict", "archive promote"):
        finder = Finder(replay, text)
        finder.run(lambda: False)
        assert finder.is_done
        expected = [
            event.seq
            for event in replay.events
            if all(
                any(
                    word in (column or "").casefold()
                    for column in (event.action, event.memory_id, event.origin, event.destination, event.reason)
                )
                for word in text.casefold().split()
            )
        ]
        assert list(finder.matches) == expected != []


def test_a_finder_that_is_stopped_goes_on_where_it_was() -> None:
    finder = Finder(sample_replay(), "fault")
    finder.run(lambda: True)
    assert finder.searched == 0
    finder.run_for(5)
    assert finder.is_done
    assert len(finder.matches) == sum(sample_replay().tally("fault"))


def test_a_policy_is_loaded_once() -> None:
    lanes = Lanes()
    assert lanes.active is None
    assert lanes.add(fresh()) == 0
    assert lanes.add(fresh("fifo")) == 1
    assert lanes.add(fresh()) == 0
    assert lanes.labels == ["lru@1", "fifo@1"]
    lanes.turn_to(-1)
    assert lanes.index == 1


def test_a_pending_replay_takes_over_once_it_has_reached_the_turn() -> None:
    lanes = Lanes()
    lanes.add(fresh())
    pending = fresh(core=500)
    lanes.replace([(next(iter(lanes)), pending)])
    assert lanes.by_urgency()[0] is pending
    assert not lanes.settle(5)
    pending.advance(5)
    assert lanes.settle(5)
    assert lanes.active is not None
    assert lanes.active.replay is pending


def test_speed_doubles_and_halves_within_bounds() -> None:
    playback = Playback(2.0)
    assert playback.seconds_per_turn == 0.5
    playback.change_speed(1)
    assert (playback.speed, playback.seconds_per_turn) == (2.0, 0.25)
    for _ in range(20):
        playback.change_speed(-1)
    assert playback.speed == 0.5
