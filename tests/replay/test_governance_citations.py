"""What answers rest on, where it was learned, and how many answers rest on what nobody can trace."""

from __future__ import annotations

import pytest
from building import memory, run, session, turn

from memview.model.memory import Citation
from memview.replay.governance_citations import citations_of_turn, provenance

CITED = Citation("s-0", "t-3", "https://example.org/a")


def told(replay, number: int) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    return [(source.memory_id, source.place) for source in citations_of_turn(replay, number)]


def test_an_answer_rests_on_what_the_recording_says_else_on_what_the_turn_had() -> None:
    loaded = (memory("a", citation=CITED), memory("b", "word"))
    story = session(turn(1, response="yes", used=("b",)), turn(2, response="yes"), turn(3), loaded=loaded)
    replay = run(story)
    assert told(replay, 1) == [("b", "")]
    assert ("a", "s-0, turn t-3, https://example.org/a") in told(replay, 2)
    assert told(replay, 3) == []
    assert told(replay, 0) == []
    with pytest.raises(IndexError):
        citations_of_turn(replay, 9)


def test_the_share_of_uncited_answers() -> None:
    loaded = (memory("a", citation=CITED), memory("b", "word"), memory("c", "leaf", derived_from=("a",)))
    turns = [
        turn(1, "x", response="yes", used=("b",)),
        turn(2, "x", response="yes", used=("b", "a")),
        turn(3, "x", response="yes", used=("c",)),
        turn(4, "x", used=("b",)),
        turn(5, "nothing of the kind", response="yes"),
    ]
    assert run(session(*turns, loaded=loaded)).metrics["uncited_ratio"] == pytest.approx(1 / 3)
    assert run(session(turn(1, "x"), loaded=loaded)).metrics["uncited_ratio"] is None
    assert run(session(turn(1, "word", response="yes"), loaded=loaded[1:2])).metrics["uncited_ratio"] == 1.0


def test_provenance_is_followed_to_its_end_and_says_what_is_untrusted() -> None:
    loaded = (
        memory("page", trust="document", citation=CITED),
        memory("note", derived_from=("page",)),
        memory("digest", derived_from=("note", "page")),
    )
    replay = run(session(turn(1), loaded=loaded))
    assert [(each.memory_id, each.depth, each.is_untrusted) for each in provenance(replay, "digest")] == [
        ("note", 1, True), ("page", 2, True),
    ]  # fmt: skip
    assert provenance(replay, "page") == []
