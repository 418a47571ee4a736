"""Each awkward situation has one defined outcome, and an event that tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from building import ROOMY, memory, of_turn, reasons, run, session, told, turn

from memview.model.session import Budgets

FILLER = tuple(memory(f"f{number}", f"word{number}") for number in range(8))


def budgets(**changes: int) -> Budgets:
    return replace(ROOMY, **changes)


# Conflicting promotions


def test_two_candidates_for_one_slot_by_tokens() -> None:
    story = session(turn(1), loaded=(memory("a"), memory("b")), budgets=budgets(core=15))
    replay = run(story)
    assert replay.frame(1).core == ("a",)
    assert replay.frame(1).retrieved == ("b",)
    (reject,) = of_turn(replay, 1, "reject")
    assert reject.memory_id == "b"
    assert reject.reason == "lost the slot to what this turn needs as well: 5 tok left, 10 needed"
    assert (reject.signal.name, reject.signal.value, reject.signal.threshold) == ("tokens", 10, 5)
    assert not of_turn(replay, 1, "evict")


def test_two_candidates_for_one_slot_by_number() -> None:
    replay = run(session(turn(1), loaded=(memory("a"), memory("b"))), core_slots=1)
    assert replay.frame(1).core == ("a",)
    assert replay.frame(1).retrieved == ("b",)
    assert reasons(replay, 1, "reject") == [("b", "no slot may be freed: 1 of 1 are pinned or needed this turn")]


def test_a_resident_that_the_turn_asks_for_stays_for_it() -> None:
    loaded = (memory("old", "kiwi kiwi", tier="core"), memory("new", "kiwi kiwi kiwi"))
    replay = run(session(turn(1, "kiwi"), loaded=loaded, budgets=budgets(core=15)))
    assert [event.memory_id for event in of_turn(replay, 1, "hit")] == ["old"]
    assert replay.frame(1).core == ("old",)
    assert replay.frame(1).retrieved == ("new",)
    assert reasons(replay, 1, "reject") == [
        ("new", "lost the slot to what this turn needs as well: 5 tok left, 10 needed")
    ]


def test_the_loser_of_a_slot_gets_it_in_a_later_turn() -> None:
    loaded = (memory("a", "kiwi"), memory("b", "kiwi violin"), *FILLER)
    replay = run(session(turn(1, "kiwi"), turn(2, "violin"), loaded=loaded), core_slots=1)
    assert [replay.frame(number).core for number in (1, 2)] == [("a",), ("b",)]
    (evict,) = of_turn(replay, 2, "evict")
    assert told(evict) == ("evict", "a", "core", "archive", "lru: idle 1 turn, longest of 1")


# A core that is full, or too small


def test_a_core_full_of_pinned_memories() -> None:
    loaded = (memory("rule", "word", 95, tier="core", pinned=True), memory("a"))
    replay = run(session(turn(1), loaded=loaded))
    assert replay.frame(1).core == ("rule",)
    assert replay.frame(1).retrieved == ("a",)
    assert reasons(replay, 1, "reject") == [("a", "core full of pinned memories: 5 tok left, 10 needed")]


def test_a_memory_larger_than_the_core() -> None:
    replay = run(session(turn(1), loaded=(memory("big", tokens=101),), budgets=budgets(retrieval=500)))
    assert replay.frame(1).retrieved == ("big",)
    assert reasons(replay, 1, "reject") == [("big", "larger than the whole core: 101 > 100 tok")]


def test_a_core_of_nothing_still_runs() -> None:
    replay = run(session(turn(1), loaded=(memory("a"), memory("b", tier="core")), budgets=budgets(core=0)))
    assert replay.frame(1).core == ()
    assert ("b", "no room in the core: 10 > 0 tok left") in reasons(replay, 0, "reject")
    assert replay.frame(1).retrieved == ("a", "b")


def test_what_does_not_fit_when_loaded_is_archived_and_says_why() -> None:
    loaded = (memory("a", tokens=60, tier="core"), memory("b", tokens=50, tier="core"))
    replay = run(session(loaded=loaded))
    assert [told(event)[:4] for event in of_turn(replay, 0)] == [
        ("insert", "a", None, "core"),
        ("insert", "b", None, "archive"),
        ("reject", "b", None, None),
    ]
    assert reasons(replay, 0, "reject") == [("b", "no room in the core: 50 > 40 tok left")]


def test_what_finds_no_slot_when_loaded_says_so() -> None:
    replay = run(session(loaded=(memory("a", tier="core"), memory("b", tier="core"))), core_slots=1)
    assert reasons(replay, 0, "reject") == [("b", "no slot left in the core: 1 of 1 taken")]


def test_a_pinned_memory_takes_the_room_of_others_when_loaded() -> None:
    loaded = (memory("a", tokens=60, tier="core"), memory("rule", tokens=50, tier="core", pinned=True))
    replay = run(session(turn(1, "nothing"), loaded=loaded))
    assert replay.frame(0).core == replay.frame(1).core == ("rule",)
    assert [told(event)[:4] for event in of_turn(replay, 0, "evict")] == [("evict", "a", "core", "archive")]


# Nothing to find


def test_an_empty_archive() -> None:
    replay = run(session(turn(1, "where is the violin")))
    assert reasons(replay, 1, "route") == [(None, "archive: the archive is empty, and so is recall")]
    assert of_turn(replay, 1, "route")[0].signal.value == 1
    assert reasons(replay, 1, "search") == [(None, "nothing in archive matches")]
    assert replay.metrics["fallback_ratio"] == 1.0


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_query(text: str) -> None:
    replay = run(session(turn(1, text, 0), loaded=(memory("a"),)))
    assert reasons(replay, 1, "route") == [(None, "core only: empty query: nothing to look up")]
    assert of_turn(replay, 1, "search", "fault", "hit") == []
    assert replay.frame(1).window == ("t1",)


def test_a_query_that_matches_nothing() -> None:
    replay = run(session(turn(1, "harbour"), loaded=(memory("a"),)))
    assert reasons(replay, 1, "search") == [(None, "nothing in archive + recall matches")]


def test_summaries_that_left_their_section_are_in_the_archive() -> None:
    loaded = (memory("s1", tokens=50, tier="summary"), memory("s2", tokens=50, tier="summary"))
    replay = run(session(turn(1, "kiwi"), loaded=loaded, budgets=budgets(window=300, core=0)))
    assert replay.frame(0).summary == ("s2",)
    assert [told(event)[:4] for event in of_turn(replay, 0, "compact")] == [("compact", "s1", "summary", "archive")]
    assert replay.frame(1).retrieved == ("s1",)


def test_a_summary_larger_than_its_section() -> None:
    loaded = (memory("s", tokens=80, tier="summary"),)
    replay = run(session(turn(1, "kiwi"), loaded=loaded, budgets=budgets(window=300, core=0)))
    assert told(of_turn(replay, 0)[0]) == (
        "insert", "s", None, "archive", "larger than the summary section: 80 > 75 tok",
    )  # fmt: skip
    assert replay.frame(1).retrieved == ("s",)


# A prompt that overflows

TIGHT = Budgets(window=35, core=0, retrieval=20, reserve=0)


def test_the_oldest_messages_leave_for_recall() -> None:
    replay = run(session(*(turn(number, f"word{number}") for number in range(1, 6)), budgets=TIGHT))
    assert replay.frame(3).window == ("t1", "t2", "t3")
    assert replay.frame(4).window == ("t2", "t3", "t4")
    (compact,) = of_turn(replay, 4, "compact")
    assert told(compact) == (
        "compact", "t1", "window", "recall", "oldest message, the prompt is over its limit: 40 > 35 tok",
    )  # fmt: skip
    assert replay.frame(5).custody.as_dict() == {"visible": 3, "covered": 0, "recoverable": 2, "lost": 0}


def test_or_for_nowhere_and_are_lost() -> None:
    story = session(*(turn(number, f"word{number}") for number in range(1, 6)), budgets=TIGHT)
    replay = run(story, window_overflow="drop")
    assert [event.destination for event in of_turn(replay, 4, "compact")] == ["nowhere"]
    assert replay.frame(5).custody.as_dict() == {"visible": 3, "covered": 0, "recoverable": 0, "lost": 2}
    assert list(replay.tally("loss")) == [0, 0, 0, 0, 1, 1]


def test_a_retrieved_section_that_is_full() -> None:
    loaded = tuple(memory(f"m{number}", importance=0.1) for number in range(3))
    replay = run(session(turn(1), loaded=loaded, budgets=budgets(retrieval=25)))
    assert replay.frame(1).retrieved == ("m0", "m1")
    (drop,) = of_turn(replay, 1, "drop")
    assert told(drop) == (
        "drop", "m2", "archive", None, "no room in the retrieved section: 10 > 5 tok left",
    )  # fmt: skip


def test_retrieved_memories_that_the_prompt_cannot_hold() -> None:
    loaded = tuple(memory(f"m{number}", importance=0.1) for number in range(2))
    replay = run(session(turn(1, tokens=20), loaded=loaded, budgets=TIGHT))
    assert replay.frame(1).retrieved == ("m0",)
    (drop,) = of_turn(replay, 1, "drop")
    assert told(drop) == ("drop", "m1", "retrieved", "archive", "the prompt is full: 20 > 15 tok")


def test_a_query_longer_than_the_window_is_cut() -> None:
    text = "kiwi " * 400
    replay = run(session(turn(1, text, tokens=None), budgets=TIGHT, tokenizer="words"))
    (trim,) = of_turn(replay, 1, "trim")
    assert told(trim) == ("trim", "t1", "window", "window", "the query alone is too long: cut to 35 of 520 tok")
    assert replay.frame(1).tokens.query == 35
    query = replay.prompt(1).sections[-1].entries[0]
    assert query.tokens == 35
    assert 0 < len(query.text) < len(text)
    assert replay.workload.counter.count(query.text) <= 35
    assert run(session(turn(1, text, tokens=None), turn(2), budgets=TIGHT)).frame(2).window == ("t2",)


def test_a_window_that_is_too_full_when_recording_began() -> None:
    loaded = tuple(memory(f"w{number}", tier="window") for number in range(5))
    replay = run(session(loaded=loaded, budgets=TIGHT))
    assert replay.frame(0).window == ("w2", "w3", "w4")
    assert [told(event)[1:4] for event in of_turn(replay, 0, "compact")] == [
        ("w0", "window", "recall"),
        ("w1", "window", "recall"),
    ]
    assert replay.place_of("w0", 0) == "recall"
