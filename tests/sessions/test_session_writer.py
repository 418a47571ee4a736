from __future__ import annotations

import json
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memview.model.block import Block, ToolLimits
from memview.model.errors import SessionFileError
from memview.model.memory import MEMORY_KINDS, MEMORY_TIERS, TRUST_CLASSES, Citation, Memory
from memview.model.session import Approval, Arrival, Budgets, PinChange, Probe, Session, ToolCall, Turn
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session
from memview.tokens import COUNTER_NAMES

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NAME = TEXT.filter(str.strip)
OPTIONAL = st.none() | TEXT
TOKENS = st.none() | st.integers(0, 10**9)
TIME = st.none() | st.datetimes().map(lambda moment: moment.isoformat())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
OBJECT = st.dictionaries(TEXT, JSON, max_size=3)
EXTRA = st.dictionaries(TEXT.map("x-".__add__), JSON, max_size=2)
STRANGE_PART = st.dictionaries(TEXT.map("x-".__add__), JSON, min_size=1, max_size=2)


@st.composite
def extras(draw: st.DrawFn, *parts: str) -> dict[str, object]:
    found: dict[str, object] = dict(draw(EXTRA))
    for part in parts:
        if draw(st.booleans()):
            found[part] = draw(STRANGE_PART)
    return found


@st.composite
def memories(draw: st.DrawFn, number: int, known: list[str], earlier: list[str]) -> Memory:
    memory = Memory(
        f"m-{number}",
        draw(TEXT),
        tier=draw(st.sampled_from(MEMORY_TIERS)),
        kind=draw(st.sampled_from(MEMORY_KINDS)),
        section=draw(OPTIONAL),
        importance=draw(st.floats(0, 1)),
        created_at=draw(TIME),
        last_used=draw(TIME),
        tags=tuple(draw(st.lists(TEXT, max_size=2))),
        pinned=draw(st.booleans()),
        trust=draw(st.sampled_from(TRUST_CLASSES)),
        sensitivity=draw(st.sampled_from(("normal", "secret"))),
        citation=Citation(draw(OPTIONAL), draw(OPTIONAL), draw(OPTIONAL)),
        tokens=draw(TOKENS),
        agent=draw(OPTIONAL),
        readers=tuple(draw(st.lists(NAME, max_size=2))),
        derived_from=tuple(draw(st.lists(st.sampled_from(known), max_size=2))) if known else (),
        supersedes=draw(st.none() | st.sampled_from(earlier)) if earlier else None,
        valid_from=draw(TIME),
        valid_until=draw(TIME),
        quarantined=draw(st.booleans()),
        extra=draw(extras("citation")),
    )
    known.append(memory.memory_id)
    earlier.append(memory.memory_id)
    return memory


LIMIT = st.integers(1, 10**6)
BLOCK = st.builds(Block, NAME, TEXT, LIMIT, TEXT, st.booleans(), EXTRA)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    known: list[str] = []
    earlier: list[str] = []
    turns: list[Turn] = []
    arrivals: list[Arrival] = []
    approvals: list[Approval] = []
    pins: list[PinChange] = []
    for number in range(draw(st.integers(0, 4)) + 1):
        if number:
            known.append(f"t-{number}")
            remember = tuple(draw(memories(len(earlier), known, earlier)) for _ in range(draw(st.integers(0, 2))))
            usage = draw(st.none() | st.fixed_dictionaries({"x": JSON}, optional={"input_tokens": TOKENS}))
            turn = Turn(
                f"t-{number}",
                draw(NAME),
                draw(TEXT),
                at=draw(st.none() | st.just(f"2026-01-{number:02d}")),
                tool_calls=tuple(
                    ToolCall(draw(NAME), draw(OBJECT), draw(JSON)) for _ in range(draw(st.integers(0, 2)))
                ),
                remember=remember,
                used=tuple(draw(st.lists(st.sampled_from(known), max_size=2))),
                response=draw(OPTIONAL),
                tokens=draw(TOKENS),
                input_tokens=draw(TOKENS),
                agent=draw(OPTIONAL),
                window=draw(st.none() | st.lists(NAME, max_size=2).map(tuple)),
                compaction=draw(st.none() | OBJECT),
                usage=usage,
                extra=draw(EXTRA),
            )
            turns.append(turn)
        arrivals += [
            Arrival(number, draw(memories(len(earlier), known, earlier))) for _ in range(draw(st.integers(0, 2)))
        ]
        if earlier and draw(st.booleans()):
            at = draw(st.none() | st.just(f"2026-01-{max(1, number):02d}"))
            approvals.append(Approval(number, draw(st.sampled_from(earlier)), draw(OPTIONAL), at, draw(EXTRA)))
        if earlier and draw(st.booleans()):
            at = draw(st.none() | st.just(f"2026-01-{max(1, number):02d}T00:00:00Z"))
            pin = PinChange(
                number, draw(st.sampled_from(earlier)), draw(st.booleans()), draw(OPTIONAL), at, draw(EXTRA)
            )
            pins.append(pin)
    probes = tuple(
        Probe(f"p-{index}", after, draw(TEXT), tuple(draw(st.lists(st.sampled_from(known), max_size=2))),
              draw(OPTIONAL), draw(OPTIONAL), draw(EXTRA))
        for index, after in enumerate(draw(st.lists(st.integers(1, len(turns)), max_size=3)))
    ) if turns else ()  # fmt: skip
    return Session(
        draw(NAME),
        title=draw(TEXT),
        lesson=draw(TEXT),
        agent=draw(OPTIONAL),
        agents=tuple(draw(st.lists(NAME, max_size=2))),
        tokenizer=draw(st.none() | st.sampled_from(COUNTER_NAMES)),
        budgets=Budgets(draw(st.integers(0, 10**6)), core=draw(st.integers(0, 10**6))),
        system=draw(TEXT),
        source=draw(st.none() | OBJECT),
        arrivals=tuple(arrivals),
        turns=tuple(turns),
        probes=probes,
        approvals=tuple(approvals),
        pins=tuple(pins),
        blocks=tuple(draw(st.lists(BLOCK, max_size=3, unique_by=lambda block: block.label))),
        tool_limits=ToolLimits(draw(LIMIT), draw(LIMIT), page_size=draw(LIMIT)),
        extra=draw(extras("budgets", "tool_limits")),
    )


def every_extra(session: Session) -> list[dict[str, object]]:
    remembered = [memory for turn in session.turns for memory in turn.remember]
    holders = [
        session,
        *session.blocks,
        *session.turns,
        *session.probes,
        *session.approvals,
        *session.pins,
        *remembered,
    ]
    return [dict(holder.extra) for holder in holders] + [dict(arrival.memory.extra) for arrival in session.arrivals]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60, deadline=None
)
@given(session=sessions(), suffix=st.sampled_from([".jsonl", ".jsonl.gz"]))
def test_what_is_written_is_read_back_exactly(tmp_path, session, suffix):
    path = tmp_path / f"x{suffix}"
    write_session(session, path)
    back = read_session(path).session
    assert back == session
    assert every_extra(back) == every_extra(session)


def test_defaults_are_left_out(tmp_path):
    path = tmp_path / "x.jsonl"
    write_session(Session("s", arrivals=(Arrival(0, Memory("m", "x")),), turns=(Turn("t", "user", "hi"),)), path)
    assert path.read_text().splitlines() == [
        '{"type":"session","schema":1,"session_id":"s"}',
        '{"type":"memory","memory_id":"m","text":"x"}',
        '{"type":"turn","turn_id":"t","role":"user","text":"hi"}',
    ]


def test_unknown_keys_of_tool_calls_go_back_into_their_call(tmp_path, session_file):
    calls = [{"tool": "f"}, {"tool": "g", "ms": 7}]
    source = session_file({"type": "turn", "turn_id": "t", "role": "user", "text": "", "tool_calls": calls})
    write_session(read_session(source).session, tmp_path / "copy.jsonl")
    assert json.loads((tmp_path / "copy.jsonl").read_text().splitlines()[1])["tool_calls"] == calls


def test_a_cleared_prompt_count_stays_cleared_beside_the_providers(tmp_path):
    session = Session("s", turns=(Turn("t", "user", "", usage={"input_tokens": 9}, input_tokens=None),))
    write_session(session, tmp_path / "x.jsonl")
    assert read_session(tmp_path / "x.jsonl").session.turns[0].input_tokens is None


def test_compressed_bytes_are_the_same_each_time(tmp_path):
    session = Session("s", turns=(Turn("t", "user", "hi"),))
    write_session(session, tmp_path / "a.jsonl.gz")
    write_session(session, tmp_path / "b.jsonl.gz")
    data = (tmp_path / "a.jsonl.gz").read_bytes()
    assert data[:2] == b"\x1f\x8b"
    assert data == (tmp_path / "b.jsonl.gz").read_bytes()


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("old")
    with pytest.raises(SessionFileError, match="lone surrogate"):
        write_session(Session("s", turns=(Turn("t", "user", "\ud83d"),)), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_mode_of_the_old_file_is_kept_and_a_link_followed(tmp_path):
    path = tmp_path / "x.jsonl"
    path.touch(mode=0o640)
    path.chmod(0o640)
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    write_session(Session("s"), link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert read_session(path).session.session_id == "s"


def test_places_that_cannot_be_written(tmp_path):
    with pytest.raises(SessionFileError, match=r"^[^\n]*is a directory"):
        write_session(Session("s"), tmp_path)
    with pytest.raises(SessionFileError, match=r"^[^\n]*cannot be written"):
        write_session(Session("s"), tmp_path / "no" / "x.jsonl")


@pytest.mark.parametrize(
    "session",
    [
        Session("s", arrivals=(Arrival(3, Memory("m", "x")),)),
        Session(
            "s", turns=(Turn("t", "user", ""),), arrivals=(Arrival(1, Memory("a", "")), Arrival(0, Memory("b", "")))
        ),
        Session("s", extra={"title": "shadow"}),
        Session("s", turns=(Turn("t", "user", "", compaction={"x": float("nan")}),)),
    ],
)
def test_a_session_that_breaks_the_model_is_a_programming_error(tmp_path, session):
    with pytest.raises(ValueError, match=r"."):
        write_session(session, tmp_path / "x.jsonl")
