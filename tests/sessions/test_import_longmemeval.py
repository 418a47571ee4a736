"""LongMemEval: shapes after its README and its retrieval code; no file of it is on this machine."""

from __future__ import annotations

import gzip
import itertools
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memview.kernel.workload import Workload
from memview.model.errors import SessionFileError
from memview.policies import load_policy
from memview.replay import Replay
from memview.sessions.importers import base, detect_format, import_session, json_items, sessions_in
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session

QUESTION = {
    "question_id": "e47becba",
    "question_type": "single-session-user",
    "question": "What degree did I graduate with?",
    "answer": "Business Administration",
    "question_date": "2023/05/30 (Tue) 23:40",
    "answer_session_ids": ["answer_280352e9"],
    "haystack_dates": ["2023/05/20 (Sat) 02:21", "2023/05/20 (Sat) 02:21", "2023/05/25 (Thu) 18:00"],
    "haystack_session_ids": ["sharegpt_yywfIrx_0", "answer_280352e9", "ultrachat_1"],
    "haystack_sessions": [
        [
            {"role": "user", "content": "Tell me of the sea."},
            {"role": "assistant", "content": "It is salt."},
        ],
        [
            {"role": "user", "content": "My degree in Business Administration helps me plan.", "has_answer": True},
            {"role": "assistant", "content": "A plan, then.", "has_answer": False},
        ],
        [{"role": "user", "content": "And of the sky?"}],
    ],
}


def question(**changes: object) -> dict[str, object]:
    return {**QUESTION, **changes}


def written(tmp_path: Path, document: object, name: str = "longmemeval_s.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(document))
    return path


def test_each_message_is_a_turn(tmp_path):
    session = import_session(written(tmp_path, [QUESTION])).session
    assert [(turn.turn_id, turn.role, turn.at) for turn in session.turns] == [
        ("sharegpt_yywfIrx_0_1", "user", "2023-05-20T02:21:00"),
        ("sharegpt_yywfIrx_0_2", "assistant", "2023-05-20T02:21:01"),
        ("answer_280352e9_1", "user", "2023-05-20T02:21:01"),
        ("answer_280352e9_2", "assistant", "2023-05-20T02:21:01"),
        ("ultrachat_1_1", "user", "2023-05-25T18:00:00"),
    ]
    assert session.turns[1].text == "It is salt."
    assert session.turns[2].extra == {"session": "answer_280352e9", "date_time": "2023/05/20 (Sat) 02:21"}
    assert session.session_id == "e47becba"
    assert session.title == "LongMemEval e47becba: single-session-user, 3 chats"
    assert session.source == {"format": "longmemeval", "file": "longmemeval_s.json"}


def test_the_question_is_asked_at_the_end(tmp_path):
    imported = import_session(written(tmp_path, [QUESTION]))
    (probe,) = imported.session.probes
    assert (probe.probe_id, probe.after_turn, probe.category) == ("e47becba", 5, "single-session-user")
    assert (probe.question, probe.answer) == (QUESTION["question"], QUESTION["answer"])
    assert probe.evidence == ("answer_280352e9_1",)
    assert probe.extra == {"question_date": "2023/05/30 (Tue) 23:40"}
    assert imported.notes == ()


def test_a_replay_finds_the_evidence(tmp_path):
    session = import_session(written(tmp_path, [QUESTION])).session
    assert Replay(Workload(session), load_policy("lru")).run().metrics["probe_recall"] == 1.0


def test_without_a_label_all_messages_of_the_answer_chats_are_evidence(tmp_path):
    bare = [
        [{key: value for key, value in message.items() if key != "has_answer"} for message in chat]
        for chat in QUESTION["haystack_sessions"]
    ]
    imported = import_session(
        written(tmp_path, [question(haystack_sessions=bare, answer_session_ids=["answer_280352e9", "gone"])])
    )
    assert imported.session.probes[0].evidence == ("answer_280352e9_1", "answer_280352e9_2")
    assert imported.notes == (
        "1 answer_session_ids without such a chat",
        "1 evidence by chat: no message of it is labelled",
    )


def test_a_question_that_has_no_answer_has_no_evidence(tmp_path):
    imported = import_session(written(tmp_path, [question(question_id="gpt4_93159ced_abs")]))
    (probe,) = imported.session.probes
    assert (probe.evidence, probe.category, probe.extra["abstention"]) == ((), "single-session-user", True)
    assert imported.notes == ()


def test_chats_of_the_oracle_are_put_in_time_order(tmp_path):
    oracle = question(
        question_type="knowledge-update",
        haystack_session_ids=["answer_new", "answer_old"],
        haystack_dates=["2023/06/01 (Thu) 10:00", "2023/05/01 (Mon) 10:00"],
        haystack_sessions=[
            [{"role": "user", "content": "Now I run 5 km in 24:10.", "has_answer": True}],
            [{"role": "user", "content": "I run 5 km in 26:30.", "has_answer": True}],
        ],
        answer=42,
    )
    imported = import_session(written(tmp_path, [oracle]))
    assert [turn.turn_id for turn in imported.session.turns] == ["answer_old_1", "answer_new_1"]
    assert imported.session.probes[0].evidence == ("answer_old_1", "answer_new_1")
    assert imported.session.probes[0].answer == "42"
    assert imported.notes == ("2 chats out of time order, put in it",)


def test_dates_that_cannot_be_read_leave_the_order_of_the_file(tmp_path):
    dates = ["2023/05/20 (Sat) 02:21", "some day", "2023/02/30 (Thu) 18:00"]
    imported = import_session(written(tmp_path, [question(haystack_dates=dates)]))
    assert [turn.at is None for turn in imported.session.turns] == [False, False, True, True, True]
    assert imported.notes == ("2 chats without a readable date",)
    dates = ["2023/05/20", None, "2023-05-19 18:00"]
    imported = import_session(written(tmp_path, [question(haystack_dates=dates)]))
    assert [turn.at for turn in imported.session.turns] == ["2023-05-20T00:00:00", "2023-05-20T00:00:01"] + [None] * 3
    assert "1 chats dated before the one before them: their times are left out" in imported.notes


def test_what_a_history_of_ones_own_may_leave_out(tmp_path):
    kept = {key: QUESTION[key] for key in ("question", "haystack_sessions")}
    imported = import_session(written(tmp_path, kept, "mine.json"))
    session = imported.session
    assert session.session_id == "mine-1"
    assert [turn.turn_id for turn in session.turns][::2] == ["chat-1_1", "chat-2_1", "chat-3_1"]
    assert session.probes[0].evidence == ("chat-2_1",)
    assert imported.notes == ("3 chats without a readable date",)


def test_a_chat_drawn_twice_keeps_its_messages_apart(tmp_path):
    names = ["a", "a", "a#2"]
    imported = import_session(written(tmp_path, [question(haystack_session_ids=names)]))
    assert [turn.turn_id for turn in imported.session.turns] == ["a_1", "a_2", "a#2_1", "a#2_2", "a#2#3_1"]
    assert imported.session.probes[0].evidence == ("a#2_1",)
    assert imported.notes == ("2 chats that come twice, numbered by their place",)


def test_what_was_not_mapped_is_counted(tmp_path):
    chats = [[], [{"role": "user", "content": "", "has_answer": "yes", "mood": 1}], [{"role": "user", "content": "x"}]]
    imported = import_session(written(tmp_path, [question(haystack_sessions=chats, original_answer="x")]))
    assert imported.session.turns[0].text == ""
    assert imported.notes == (
        "1 chats without a message left out",
        "1 mood of messages not mapped",
        "1 has_answer labels that are neither true nor false",
        "1 evidence by chat: no message of it is labelled",
        "1 original_answer of questions not mapped",
    )


def test_of_several_one_must_be_selected(tmp_path):
    path = written(tmp_path, [question(question_id=f"q{number}") for number in range(3)])
    with pytest.raises(SessionFileError, match="holds 3 conversations; select one of q0, q1, q2"):
        import_session(path)
    with pytest.raises(SessionFileError, match="holds no conversation 'q9'; select one of q0, q1, q2"):
        import_session(path, select="q9")
    assert import_session(path, select="q1").session.session_id == "q1"
    many = written(tmp_path, [question(question_id=f"q{number}") for number in range(50)])
    with pytest.raises(SessionFileError, match=r"holds more than 20 questions; select one of q0, .*q19, \.\.\."):
        import_session(many)


def test_every_question_of_a_file_once(tmp_path):
    names = ["b", "a", "b"]
    documents = [question(question_id=name) for name in names]
    path = written(tmp_path, documents)
    assert [found.session.session_id for found in sessions_in(path)] == ["b", "a", "b-3"]
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(json.dumps(document) + "\n" for document in documents))
    assert [found.session.turns for found in sessions_in(lines)] == [found.session.turns for found in sessions_in(path)]


def test_an_import_is_a_valid_session_file(tmp_path):
    session = import_session(written(tmp_path, [QUESTION])).session
    write_session(session, tmp_path / "out.jsonl")
    assert read_session(tmp_path / "out.jsonl").session == session


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_known_by_its_head(tmp_path, packed):
    late = {**QUESTION, "haystack_session_ids": ["x" * 100_000, "b", "c"]}
    raw = json.dumps([late]).encode()
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(raw) if packed else raw)
    assert detect_format(path) == "longmemeval"
    assert len(import_session(path).session.turns) == 5


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "holds no conversation"),
        ([3], "question 1: must be an object"),
        ([question(question=None)], "question 'e47becba': question: is missing or no text; add the question"),
        ([question(haystack_sessions=None)], "question 'e47becba': haystack_sessions: is missing"),
        ([question(haystack_sessions={})], "haystack_sessions: must be a list"),
        ([question(haystack_sessions=[[], [], []])], "haystack_sessions: holds no message; add the history"),
        ([question(haystack_sessions=[[], 3, []])], "haystack_sessions[1]: must be a list of messages"),
        ([question(haystack_sessions=[[], [3], []])], "haystack_sessions[1][0]: must be an object with role"),
        ([question(haystack_sessions=[[], [], [{"role": 3, "content": "x"}]])],
         "haystack_sessions[2][0].role: must be user or assistant, not 3; name who said it"),
        ([question(haystack_sessions=[[], [], [{"role": "user", "content": ["x"]}]])],
         "haystack_sessions[2][0].content: must be text, not a list; put it in quotes"),
        ([question(haystack_dates=["2023/05/20 (Sat) 02:21"])],
         "haystack_dates: has 1 entries for 3 haystack_sessions; give each chat its own"),
        ([question(haystack_session_ids=3)], "haystack_session_ids: must be a list"),
        ([QUESTION | {"question": "\x1b[31m", "question_id": "\x1b[2J\n", "answer": [], "haystack_sessions": 1}],
         "haystack_sessions: must be a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_question_and_field(tmp_path, document, told):
    path = written(tmp_path, document)
    with pytest.raises(SessionFileError) as caught:
        import_session(path, "longmemeval")
    message = str(caught.value)
    assert message.startswith(str(path))
    assert told in message
    assert message.isprintable()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "the list breaks off"),
        ('[{"question_id": "a"}, {"question_id": ', "not JSON (Expecting value at line 1, column 40)"),
        ('[{"question": "never', "not JSON (Unterminated string starting at"),
        ('[{"a": 1}\n {"b": 2}]', "Expecting ',' delimiter at line 2, column 2"),
        ('[{"a": 1},\n\n  oops]', "not JSON (Expecting value at line 3, column 3)"),
        ('[{"a": 1}] more', "Extra data at line 1, column 12"),
        ('[{"a": NaN}]', "holds NaN"),
        ('[{"a": 1e999}]', "holds 1e999"),
        ("[" * 100_000, "nested too deeply"),
        ('[{"a": ' + "9" * 5000 + "}]", "json: "),
        (b'[{"a": "\xff"}]', "not UTF-8 text"),
        (gzip.compress(b'[{"a": "' + b"x" * 10_000)[:-12], "the compressed data break off"),
        ('[{"question_id": "d", "question": "x", "haystack_sessions": ' + "[" * 200 + "]" * 200 + "}]",
         "question 'd': nested too deeply"),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_what_is_not_json_is_told_with_its_place(tmp_path, text, told):
    path = tmp_path / "x.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SessionFileError) as caught:
        list(import_session(path, "longmemeval").session.turns)
    assert told in str(caught.value)
    assert str(caught.value).isprintable()


def test_half_characters_become_whole_ones(tmp_path):
    chats = [[{"role": "user", "content": "x\ud800"}], [{"role": "user", "content": "y"}], []]
    imported = import_session(written(tmp_path, [question(haystack_sessions=chats)]))
    assert imported.session.turns[0].text == "x\N{REPLACEMENT CHARACTER}"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(items=st.lists(values, max_size=6), chunk=st.integers(1, 9), indent=st.sampled_from([None, 1]), escaped=...)
@example(items=[0.0], chunk=1, indent=None, escaped=False)
@example(items=[1e-07, -2.5], chunk=1, indent=None, escaped=False)
def test_items_are_those_of_the_json_module_however_they_are_cut(
    tmp_path_factory, items: list[object], chunk: int, indent: int | None, escaped: bool
):
    path = tmp_path_factory.getbasetemp() / "items.json"
    text = json.dumps(items, indent=indent, ensure_ascii=escaped)
    path.write_bytes(text.encode("utf-8", "replace"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_items, "_CHUNK", chunk)
        assert list(json_items.json_items(path, "a list")) == json.loads(path.read_bytes())


def test_an_item_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(json_items, "ITEM_LIMIT", 2_000_000)
    path = tmp_path / "endless.json"
    path.write_text('[{"a": 1},\n{"question": "' + "x" * 5_000_000)
    with pytest.raises(SessionFileError, match=r"endless.json:2: json: an item is longer than \d+ MB"):
        list(json_items.json_items(path, "a list"))


def test_a_large_file_is_never_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(base, "FILE_LIMIT", 0)  # the limit of formats that are read in one piece does not hold here
    path = tmp_path / "large.json"
    filler = [{"role": "user", "content": "x" * 1000} for _ in range(100)]
    with path.open("w") as stream:
        for number in range(60):
            stream.write("[" if number == 0 else ",")
            document = question(question_id=f"q{number}", haystack_sessions=[filler, filler, filler])
            stream.write(json.dumps(document))
        stream.write("]")
    tracemalloc.start()
    try:
        count = sum(1 for _ in sessions_in(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 60
    assert peak < path.stat().st_size / 2
