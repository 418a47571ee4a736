from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.synthetic import Language, archive_session, conversation_session
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session


def test_the_same_seed_gives_the_same_session() -> None:
    assert conversation_session(12) == conversation_session(12)
    assert archive_session(30, 3) == archive_session(30, 3)
    assert archive_session(30, 3, seed=1) != archive_session(30, 3, seed=2)


def test_sizes_are_as_asked() -> None:
    session = archive_session(50, 4)
    assert (len(session.arrivals), len(session.turns)) == (50, 4)
    words = [len(arrival.memory.text.split()) for arrival in session.arrivals]
    assert 20 <= min(words) <= max(words) <= 40


def test_words_follow_their_ranks() -> None:
    counted = Counter(Language(3, size=2_000).text(20_000, 20_000).split())
    assert counted.most_common(1)[0][0] == "the"
    assert counted["the"] > 3 * counted["that"]
    assert len(counted) > 1_000


def test_a_question_uses_words_of_what_it_is_about() -> None:
    language = Language(5, size=2_000)
    text = language.text(20, 20)
    assert len(set(language.question_about(text).rstrip("?").split()) & set(text.split())) >= 3


def test_a_conversation_is_a_valid_session_file(tmp_path: Path) -> None:
    session = conversation_session(9)
    write_session(session, tmp_path / "conversation.jsonl")
    loaded = read_session(tmp_path / "conversation.jsonl")
    assert loaded.session == session
    assert loaded.warnings == ()
