"""Trust, validity and kind of sensitivity where a person looks: core, hits, and the facts of a memory."""

from __future__ import annotations

import pytest
from holder import sample_replay

from memview.model import Memory, Session, Turn
from memview.model.session import Arrival
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.tui.lines import Line, line_width
from memview.tui.position import Position
from memview.tui.scene import Scene, scene_at
from memview.tui.views.core_view import core_rows
from memview.tui.views.hits_view import hits_rows
from memview.tui.views.memory_view import facts


def words(lines: tuple[Line, ...]) -> str:
    return " ".join(" ".join("".join(text for text, _ in line) for line in lines).split())


def scene() -> Scene:
    memories = (
        Memory("HOLDS", "figs in March", tier="core", trust="model", valid_until="2026-05-01"),
        Memory("ENDED", "figs in May", valid_until="2026-01-01"),
        Memory("PAGE", "figs from a page", trust="document"),
        Memory("SECRET", "figs 4929", sensitivity="payment card", quarantined=True),
    )
    turns = (Turn("t-1", "user", "figs", at="2026-03-01T00:00:00Z"),)
    arrivals = tuple(Arrival(0, memory) for memory in memories)
    replay = Replay(Workload(Session("s", arrivals=arrivals, turns=turns)), load_policy("lru")).run()
    return scene_at(replay, Position(1))


@pytest.mark.parametrize("width", [36, 56, 96])
def test_core_and_hits_tell_trust_and_validity(width: int) -> None:
    at = scene()
    core, hits = core_rows(at, width, 20).lines, hits_rows(at, width, 30).lines
    assert all(line_width(line) <= width for line in (*core, *hits))
    assert "HOLDS ◎" in words(core)
    assert "◷ valid until 2026-05-01" in words(core)
    assert "PAGE !" in words(hits)
    assert "⊗ quarantined" in words(hits)
    ended = next(index for index, line in enumerate(hits) if "ENDED" in words((line,)))
    assert "⊘ rejected" in words((hits[ended],))
    assert width < 56 or "∅ ended 2026-01-01" in words(hits)


def test_a_small_pane_tells_them_in_the_caption() -> None:
    assert core_rows(scene(), 36, 0).captions["HOLDS"].startswith("◎ model · ◷ valid until 2026-05-01 · figs")


def test_the_facts_of_a_memory_tell_where_its_taint_comes_from_and_what_ended_it() -> None:
    replay = sample_replay("session_05")
    known = dict(facts(replay, replay.memory("SUM-00001"), replay.turn_count))
    assert known["trust"] == "! document by lineage (SUM-00001 ← WEB-00005), itself model"
    assert known["valid"] == "∅ ended at turn 18: superseded by SUM-00002"
    assert "valid" not in dict(facts(replay, replay.memory("SUM-00001"), 17))
    assert dict(facts(replay, replay.memory("FCT-00006"), 1))["sensitive"] == "▒ credential"
    at = scene()
    assert dict(facts(at.replay, at.replay.memory("ENDED"), 1))["valid"] == "… to 2026-01-01 · ∅ ended 2026-01-01"
    assert dict(facts(at.replay, at.replay.memory("SECRET"), 1))["marked"] == "⊗ quarantined"
