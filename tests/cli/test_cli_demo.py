"""`memview demo`: the trace, the session it leaves, and a model that does not do its part."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chat_endpoint import ChatEndpoint, answering, called, said, without_proxy
from cli_harness import REPOSITORY, Memview, Program

import memview as library
from memview.cli.demo_trace import Trace, paging_lines
from memview.model.event import PagingEvent
from memview.replay.governance_masks import Masks

TURNS = 12


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_the_trace_tells_what_was_said_done_paged_and_cited(memview: Memview) -> None:
    done = memview("demo", "memgpt")
    assert done.status == 0
    lines = done.lines
    assert lines[0] == "A workshop moves (demo-memgpt)"
    assert lines[1].startswith("policy     memgpt@0.3.25; window 800, core 200, retrieved 120, reserve 100 tokens")
    assert [line.split()[1] for line in lines if line.startswith("turn ")] == [str(turn) for turn in range(1, 13)]
    for line in (
        'tool       archival_memory_search(query="severe allergy", top_k=2)',
        "             shows MEM-00004",
        "fault      MEM-00004 not in the prompt: paged in by this search",
        "cites      MEM-00004 (demo-memgpt t-0003)",
        "           = Old content '3rd of March' not found in memory block 'human'",
        "update     MEM-00002: rewritten as MEM-00007",
        "page in    MEM-00005, archive to core after a fault: rank 1 <= 2",
        "warning    memory pressure: prompt tokens 621 > 600",
        "compact    prompt tokens 863 > 800; 17 messages into one summary: t-0008/summary",
        "cites      t-0005 (demo-memgpt t-0005)",
        "           = No results found.",
    ):
        assert line in lines
    assert " ".join(lines[lines.index(next(li for li in lines if li.startswith("lesson"))) :]).endswith("were said.")


def test_the_lines_are_plain_aligned_and_not_too_long(program: Program) -> None:
    done = program("demo", "memgpt", COLUMNS="40")
    text = done.out.decode()
    assert all(character.isprintable() or character == "\n" for character in text)
    body = [line for line in text.splitlines()[1:] if line]
    assert {line[9:11] for line in body} == {"  "}
    assert max(map(len, body)) <= 100


def test_what_happens_before_the_prompt_stands_before_it_and_what_a_tool_does_behind_the_tool(memview: Memview) -> None:
    lines = memview("demo", "memgpt").lines
    kinds = [line.split()[0] for line in lines[lines.index("") :] if line[:1].strip()]
    ninth = kinds[[place for place, kind in enumerate(kinds) if kind == "turn"][8] :]
    assert ninth[:8] == ["turn", "fault", "warning", "prompt", "tool", "fault", "agent", "cites"]


def test_the_same_run_gives_the_same_bytes(program: Program) -> None:
    assert program("demo", "memgpt", PYTHONHASHSEED="1").out == program("demo", "memgpt", PYTHONHASHSEED="2").out


def test_without_a_name_the_demos_are_listed(memview: Memview) -> None:
    assert memview("demo").lines[0].startswith("memgpt: A workshop moves, 12 turns. A window forgets")
    assert [entry["name"] for entry in memview("demo", "--json").json] == ["memgpt"]


def test_json_has_calls_citations_tokens_and_events_of_every_turn(memview: Memview) -> None:
    done = memview("demo", "memgpt", "--json").json
    assert list(done) == ["session", "policy", "turns", "digest", "lesson", "file"]
    assert (done["policy"], done["file"]) == ({"name": "memgpt", "version": "0.3.25"}, None)
    assert len(done["turns"]) == TURNS
    second = done["turns"][1]
    assert second["citations"] == [
        {
            "memory_id": "MEM-00003",
            "session_id": "demo-memgpt",
            "turn_id": "t-0002",
            "source_url": "https://lettings.example/rua-do-almada-112",
        }
    ]
    assert second["tool_calls"][0]["tool"] == "archival_memory_insert"
    assert second["tool_calls"][0]["result"] == "None"
    assert second["tokens"]["limit"] == 800
    assert {event["turn"] for event in second["events"]} == {2}


def test_the_kept_session_is_valid_and_replays_to_the_same_digest(memview: Memview, tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl.gz"
    done = memview("demo", "memgpt", "-o", kept, "--json").json
    assert done["file"] == str(kept)
    assert memview("validate", kept).lines == [f"{kept}: valid: 12 turns, 7 memories, 0 probes, 0 warnings"]
    assert memview("replay", kept, "--policy", "memgpt", "--json").json["digest"] == done["digest"]
    assert [path.name for path in tmp_path.iterdir()] == ["kept.jsonl.gz"]


def test_the_file_is_named_below_the_lesson(memview: Memview, tmp_path: Path) -> None:
    assert memview("demo", "memgpt", "-o", tmp_path / "a.jsonl").lines[-1] == f"session    {tmp_path / 'a.jsonl'}"


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_nothing_is_overwritten(memview: Memview, tmp_path: Path, make: object) -> None:
    target = tmp_path / "a.jsonl"
    assert callable(make)
    make(target)
    done = memview("demo", "memgpt", "-o", target)
    assert (done.status, done.error) == (1, f"{target}: is there already and is never overwritten; name another file")
    assert not target.is_file() or target.read_bytes() == b""


def test_a_file_that_appears_meanwhile_is_not_overwritten_either(tmp_path: Path) -> None:
    from memview.agents.script import load_script
    from memview.cli import keeping
    from memview.model.errors import MemviewError

    target, draft = tmp_path / "a.jsonl", tmp_path / "draft"
    target.write_text("mine")
    draft.write_text("new")
    with pytest.raises(FileExistsError):
        keeping._move(draft, target)
    with pytest.raises(MemviewError, match="never overwritten"):
        keeping.write_new(load_script("memgpt").opening(), target)
    assert target.read_text() == "mine"


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from memview.agents.script import load_script
    from memview.cli import keeping

    def refuse(*arguments: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    keeping.write_new(load_script("memgpt").opening(), tmp_path / "a.jsonl")
    assert library.load(tmp_path / "a.jsonl").session_id == "demo-memgpt"


def test_a_directory_that_is_not_there_is_told_before_anything_runs(memview: Memview, tmp_path: Path) -> None:
    done = memview("demo", "memgpt", "-o", tmp_path / "no" / "a.jsonl")
    assert (done.status, done.error.endswith("its directory does not exist; make it or name another file")) == (1, True)


def test_an_unknown_demo(memview: Memview) -> None:
    done = memview("demo", "letta")
    assert (done.status, done.error) == (1, "no demo is called 'letta'; choose one of memgpt")


def test_open_needs_a_terminal(memview: Memview) -> None:
    assert memview("demo", "memgpt", "--open").error.startswith("--open needs a terminal")
    assert memview("demo", "memgpt", "--open", "--json").status == 2


def test_open_shows_the_session_under_the_policy_it_was_made_with(
    memview: Memview, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, tuple[str, ...]]] = []

    def inspector(session: str, policies: tuple[str, ...], budget: None, theme: None) -> int:
        opened.append((session, policies))
        return 0

    monkeypatch.setattr("memview.cli.demo.is_on_terminal", lambda: True)
    monkeypatch.setattr("memview.cli.demo.open_inspector", inspector)
    for _ in range(2):
        assert memview("demo", "memgpt", "--open").status == 0
    (kept,) = (state / "demos").iterdir()
    assert opened == [(str(kept), ("memgpt@0.3.25",))] * 2
    assert len(library.load(kept).turns) == TURNS


def on_a_terminal(**environment: str) -> bytes:
    """What the program writes to a terminal."""
    outer, inner = pty.openpty()
    environ = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    running = subprocess.Popen(
        [sys.executable, "-m", "memview", "demo", "memgpt"],
        env={**environ, "TERM": "xterm", **environment},
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=inner,
    )
    os.close(inner)
    written = b""
    try:
        while part := os.read(outer, 65536):
            written += part
    except OSError:
        pass  # Linux says so when the other end is closed
    os.close(outer)
    assert running.wait(60) == 0
    return written


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
@pytest.mark.parametrize(
    ("environment", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_is_for_terminals_that_want_it(environment: dict[str, str], is_coloured: bool) -> None:
    assert (b"\x1b[" in on_a_terminal(**environment)) is is_coloured


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    event = PagingEvent(0, 1, "warn", None, None, None, 0, "a\x1b[2J\nb [red]", None, "p")
    assert list(paging_lines([event])) == [("warning", "a␛[2J b [red]", "warning")]
    shown = list(Trace(100, lambda look, text: text, Masks()).turn(hostile_replay(), 1))
    assert all(line.isprintable() for line in shown)


def test_a_megabyte_is_cut() -> None:
    shown = " ".join(Trace(100, lambda look, text: text, Masks()).turn(hostile_replay("x" * 1_000_000), 1))
    assert "… (1000000 characters)" in " ".join(shown.split())
    assert len(shown) < 20_000


def hostile_replay(evil: str = "x\x1b[2J\r\n\u202e[bold]") -> library.Replay:
    from memview.model.session import Session, ToolCall, Turn

    turn = Turn("t-1", "user", evil, tool_calls=(ToolCall(evil, {evil: evil}, evil),), response=evil)
    return library.replay(Session("s", turns=(turn,)), policy="memgpt")


# A model


@pytest.fixture(autouse=True)
def nobodys_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    without_proxy(monkeypatch)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatEndpoint]:
    pytest.importorskip("openai", reason="the openai package comes with memview[llm] and memview[test]")
    with answering(said("I see.")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.environ["OPENAI_BASE_URL"])
        yield server


STORE = ("archival_memory_insert", {"text": "Ines binds books."})


def test_a_model_works_through_the_same_turns_and_its_session_is_always_kept(
    memview: Memview, endpoint: ChatEndpoint, state: Path
) -> None:
    endpoint.replies = [called(STORE), said("Noted [MEM-00001]."), said("I see.")]
    done = memview("demo", "memgpt", "--llm")
    assert done.status == 0
    (kept,) = (state / "demos").iterdir()
    assert done.lines[-1] == f"session    {kept}"
    assert "cites      MEM-00001 (demo-memgpt t-0001)" in done.lines
    session = library.load(kept)
    assert [turn.response for turn in session.turns] == ["Noted [MEM-00001].", *["I see."] * 11]
    assert session.turns[1].text.startswith("This is the listing")
    assert len(endpoint.requests) == TURNS + 1


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_secret_is_printed_only_when_asked_for(
    memview: Memview, endpoint: ChatEndpoint, state: Path, form: tuple[str, ...]
) -> None:
    secret = "sk-proj-Zk3vQ9xLw2Tn8RbYc5Md7Hf1"
    call = ("archival_memory_insert", {"text": f"Her API key is {secret}."})
    endpoint.replies = [called(call), said(f"The key {secret} is stored [MEM-00001]."), said("I see.")]
    replies = endpoint.replies[:]
    assert secret not in memview("demo", "memgpt", "--llm", *form).out.decode()
    endpoint.replies = replies
    assert memview("demo", "memgpt", "--llm", "--reveal", *form).out.decode().count(secret) >= 2
    (kept,) = (state / "demos").iterdir()
    assert secret in kept.read_text()


def test_json_of_a_model_run(memview: Memview, endpoint: ChatEndpoint, tmp_path: Path) -> None:
    done = memview("demo", "memgpt", "--llm", "--json", "-o", tmp_path / "a.jsonl").json
    assert [turn["response"] for turn in done["turns"]] == ["I see."] * TURNS
    assert done["file"] == str(tmp_path / "a.jsonl")


@pytest.mark.parametrize(
    ("replies", "message"),
    [
        ([said("I see."), b"<html>"], "{host}: the reply is not a chat completion; check OPENAI_BASE_URL"),
        ([said("I see."), said("")], "{host}: the model answered with no text; try another model than gpt-4o-mini"),
        ([said("I see."), called(STORE)], "turn 2: no answer after 8 steps of tool calls; try another model"),
    ],
)
def test_when_a_model_fails_one_line_says_so_and_where_the_session_so_far_is(
    memview: Memview, endpoint: ChatEndpoint, tmp_path: Path, replies: list[bytes], message: str
) -> None:
    endpoint.replies = replies
    kept = tmp_path / "a.jsonl"
    done = memview("demo", "memgpt", "--llm", "-o", kept)
    assert done.status == 1
    assert done.err.decode() == f"[ERROR] {message.format(host=endpoint.host)} (the session so far: {kept})\n"
    assert "agent      I see." in done.lines
    assert [turn.response for turn in library.load(kept).turns] == ["I see.", None]


def test_a_slow_endpoint_is_given_up_and_the_session_kept(
    memview: Memview, endpoint: ChatEndpoint, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memview.responders.openai_compatible.TIMEOUT_SECONDS", 0.2)
    endpoint.released.clear()
    done = memview("demo", "memgpt", "--llm", "--json")
    (kept,) = (state / "demos").iterdir()
    assert done.status == 1
    assert done.error == (
        f"{endpoint.host}: no answer within 0.2 s; is the endpoint busy? (the session so far: {kept})"
    )
    assert len(library.load(kept).turns) == 1


def test_an_endpoint_that_refuses_is_told(memview: Memview, endpoint: ChatEndpoint, state: Path) -> None:
    endpoint.status, endpoint.replies = 500, [b'{"error": {"message": "out of memory"}}']
    done = memview("demo", "memgpt", "--llm")
    assert done.status == 1
    assert "500" in done.error
    assert "out of memory" in done.error


def test_without_an_endpoint_the_error_says_what_to_set(
    memview: Memview, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openai", reason="the openai package comes with memview[llm] and memview[test]")
    done = memview("demo", "memgpt", "--llm")
    assert done.status == 1
    assert done.error.startswith("--llm needs OPENAI_API_KEY, or OPENAI_BASE_URL for a local endpoint")


def test_a_state_directory_that_cannot_be_written_gives_way_to_a_temporary_one(
    memview: Memview, endpoint: ChatEndpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("a file")
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = Path(memview("demo", "memgpt", "--llm").lines[-1].removeprefix("session").strip())
    assert kept.parent.parent == tmp_path
    assert len(library.load(kept).turns) == TURNS


def test_ctrl_c_keeps_what_the_model_has_said(
    memview: Memview, endpoint: ChatEndpoint, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from memview.agents.model_mind import ModelMind

    think = ModelMind.think

    def interrupted(self: ModelMind, turn: int, *rest: object) -> object:
        if turn == 3:
            raise KeyboardInterrupt
        return think(self, turn, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(ModelMind, "think", interrupted)
    done = memview("demo", "memgpt", "--llm")
    (kept,) = (state / "demos").iterdir()
    assert done.status == 130
    assert done.err.decode().strip() == f"[NOTE] the session so far: {kept}"
    assert [turn.response for turn in library.load(kept).turns] == ["I see.", "I see.", None]


def test_when_the_named_file_cannot_be_written_in_the_end_the_session_is_kept_elsewhere(
    memview: Memview, endpoint: ChatEndpoint, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from memview.agents.model_mind import ModelMind

    target, think = tmp_path / "a.jsonl", ModelMind.think

    def meanwhile(self: ModelMind, *rest: object) -> object:
        target.write_text("mine")
        return think(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(ModelMind, "think", meanwhile)
    done = memview("demo", "memgpt", "--llm", "--json", "-o", target)
    (kept,) = (state / "demos").iterdir()
    assert done.error.endswith(f"never overwritten; name another file (the session: {kept})")
    assert target.read_text() == "mine"
    assert len(library.load(kept).turns) == TURNS


def test_a_reader_that_has_seen_enough_does_not_cut_the_session_short(tmp_path: Path) -> None:
    kept = tmp_path / "a.jsonl"
    command = f"{sys.executable} -m memview demo memgpt -o {kept} | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=REPOSITORY, capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    assert [json.loads(line)["type"] for line in kept.read_text().splitlines()].count("turn") == TURNS
