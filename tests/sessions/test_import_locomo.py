from __future__ import annotations

import json
from pathlib import Path

import pytest

from memview.model.errors import SessionFileError
from memview.sessions.importers import import_session
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session

SHARED = Path("/work/shared/data/locomo")

CONVERSATION = {
    "sample_id": "conv-1",
    "conversation": {
        "speaker_a": "Ana",
        "speaker_b": "Ben",
        "session_1_date_time": "11:59 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ana", "dia_id": "D1:1", "text": "Hi", "img_url": ["u"], "blip_caption": "a boat"},
            {"speaker": "Ben", "dia_id": "D1:2", "text": "Hello"},
        ],
        "session_2_date_time": "12:05 am on 10 May, 2023",
        "session_2": [{"speaker": "Ben", "dia_id": "D2:1", "text": "Back"}],
        "session_3_date_time": "1:00 pm on 11 May, 2023",
    },
    "observation": {
        "session_1_observation": {
            "Ana": [["Ana has a boat.", ["D1:1", "D1:2 "]]],
            "Ben": [["Ben is polite.", "D1:2; D9:9"]],
        },
        "session_2_observation": {"Ben": [["Ben came back.", "D:2:01"]]},
    },
    "session_summary": {"session_1_summary": "They met."},
    "event_summary": {"events_session_1": {"Ana": ["x"]}},
    "qa": [
        {"question": "Who?", "answer": 2022, "evidence": ["D1:1; D2:1"], "category": 2},
        {"question": "Why?", "adversarial_answer": "no", "evidence": ["D:1:2", "D2:01", "D"], "category": 5},
        {"question": "What?", "evidence": [], "category": 4},
        {"answer": "no question"},
    ],
}


def written(tmp_path: Path, document: object) -> Path:
    path = tmp_path / "conv.json"
    path.write_text(json.dumps(document))
    return path


def test_dialogue_lines_become_turns(tmp_path):
    session = import_session(written(tmp_path, [CONVERSATION])).session
    assert [(turn.turn_id, turn.role, turn.text, turn.at) for turn in session.turns] == [
        ("D1:1", "user", "Ana: Hi [image: a boat]", "2023-05-08T23:59:00"),
        ("D1:2", "assistant", "Ben: Hello", "2023-05-08T23:59:01"),
        ("D2:1", "assistant", "Ben: Back", "2023-05-10T00:05:00"),
    ]
    assert session.turns[0].extra == {"session": 1, "date_time": "11:59 pm on 8 May, 2023"}
    assert session.title == "LoCoMo conv-1: Ana and Ben"
    assert (session.budgets.window, session.budgets.core, session.budgets.retrieval, session.budgets.reserve) == (
        4096,
        600,
        500,
        512,
    )


def test_observations_and_summaries_are_remembered_by_the_last_turn(tmp_path):
    session = import_session(written(tmp_path, [CONVERSATION])).session
    boat, polite, summary = session.turns[1].remember
    assert session.turns[0].remember == ()
    assert (boat.memory_id, boat.derived_from, boat.trust) == ("OBS-00001", ("D1:1", "D1:2"), "model")
    assert (boat.citation.session_id, boat.citation.turn_id) == ("conv-1", "D1:1")
    assert polite.derived_from == ("D1:2",)
    assert (summary.memory_id, summary.kind, summary.derived_from) == ("SUM-00001", "summary", ("D1:1", "D1:2"))
    assert session.turns[2].remember[0].derived_from == ("D2:1",)


def test_questions_become_probes_with_their_evidence_mended(tmp_path):
    imported = import_session(written(tmp_path, [CONVERSATION]))
    first, second, third = imported.session.probes
    assert (first.evidence, first.answer, first.category, first.after_turn) == (("D1:1", "D2:1"), "2022", "2", 3)
    assert (second.evidence, second.answer, second.category) == (("D1:2", "D2:1"), None, "5")
    assert second.extra == {"adversarial_answer": "no"}
    assert third.evidence == ()


def test_what_was_not_mapped_is_counted(tmp_path):
    assert import_session(written(tmp_path, [CONVERSATION])).notes == (
        "1 img_url of dialogue lines not mapped",
        "1 observation references to lines that do not exist",
        "1 evidence references without a dialogue id",
        "1 questions without usable evidence",
        "1 questions without text left out",
        "1 event summaries not mapped",
        "1 dates of sessions without dialogue left out",
    )


def test_the_flat_variant_and_a_single_object_are_the_same(tmp_path):
    flat = {
        **CONVERSATION["conversation"], **CONVERSATION["observation"], **CONVERSATION["session_summary"],
        "qa": CONVERSATION["qa"], "sample_id": "conv-1",
    }  # fmt: skip
    nested = import_session(written(tmp_path, CONVERSATION)).session
    assert import_session(written(tmp_path, flat)).session == nested


def test_of_several_one_must_be_selected(tmp_path):
    path = written(tmp_path, [CONVERSATION, {**CONVERSATION, "sample_id": "conv-2"}])
    with pytest.raises(SessionFileError, match="holds 2 conversations; select one of conv-1, conv-2"):
        import_session(path)
    with pytest.raises(SessionFileError, match="holds no conversation 'conv-9'; select one of conv-1, conv-2"):
        import_session(path, select="conv-9")
    assert import_session(path, select="conv-2").session.session_id == "conv-2"


def test_an_import_is_a_valid_session_file(tmp_path):
    session = import_session(written(tmp_path, [CONVERSATION])).session
    write_session(session, tmp_path / "out.jsonl")
    assert read_session(tmp_path / "out.jsonl").session == session


def test_sessions_out_of_time_order_still_give_a_valid_file(tmp_path):
    dialogue = {**CONVERSATION["conversation"], "session_2_date_time": "1:00 am on 1 January, 2020"}
    dialogue["session_1"] = [*dialogue["session_1"], {"speaker": "Cy", "dia_id": "D1:1", "text": "again"}]
    imported = import_session(written(tmp_path, {**CONVERSATION, "conversation": dialogue}))
    write_session(imported.session, tmp_path / "out.jsonl")
    assert read_session(tmp_path / "out.jsonl").session == imported.session
    assert imported.session.turns[-1].at is None
    assert imported.session.turns[2].turn_id == "D1:3"


@pytest.mark.parametrize(
    "document",
    [
        [], [1], {}, 3, None, {"conversation": []}, {"conversation": {"session_1": {}}},
        {"conversation": {"session_1": [3]}},
        {"conversation": {"session_1": []}}, {"session_1_date_time": 4, "session_1": [[]]},
    ],
)  # fmt: skip
def test_hostile_documents_give_one_line(tmp_path, document):
    with pytest.raises(SessionFileError) as caught:
        import_session(written(tmp_path, document), "locomo")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("group", "value"), [("observation", 3), ("session_summary", []), ("qa", {}), ("qa", [3, []])])
def test_odd_side_data_do_not_stop_an_import(tmp_path, group, value):
    assert len(import_session(written(tmp_path, {**CONVERSATION, group: value})).session.turns) == 3


@pytest.mark.skipif(not SHARED.is_dir(), reason="the LoCoMo files are not on this machine")
@pytest.mark.parametrize(
    ("name", "turns", "probes"), [("conv-26", 419, 199), ("conv-30", 369, 105), ("conv-42", 629, 260)]
)
def test_the_published_conversations(tmp_path, name, turns, probes):
    imported = import_session(SHARED / f"{name}.json")
    session = imported.session
    assert (session.session_id, len(session.turns), len(session.probes)) == (name, turns, probes)
    write_session(session, tmp_path / "out.jsonl.gz")
    assert read_session(tmp_path / "out.jsonl.gz").session == session
