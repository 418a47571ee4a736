"""Bad input through the command line: one `[ERROR]` line on stderr, status 1 (2 for wrong usage), never a traceback."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli_harness import HEADER, Memview, SessionFile

TURN = {"type": "turn", "turn_id": "t-1", "role": "user", "text": "hello"}
MEMORY = {"type": "memory", "memory_id": "M-1", "text": "hello"}
READERS = (("validate",), ("replay",), ("run", "--query", "hello", "--session"), ("open",))


def line(record: dict[str, Any], **changes: object) -> bytes:
    return json.dumps({**record, **changes}).encode() + b"\n"


BROKEN = {
    "not JSON": (b"hello\n", ""),
    "half JSON in the middle": (line(HEADER) + b'{"type":"turn",\n' + line(TURN), ":2: json: "),
    "a list": (b"[1, 2]\n", ""),
    "another format": (b'{"name": "x", "version": 1}\n', ""),
    "no header": (line(TURN), ":1: "),
    "a second header": (line(HEADER) + line(HEADER), ":2: "),
    "wrong type of line": (line(HEADER) + line({"type": "tunr"}), ":2: type: unknown type 'tunr'; did you mean turn?"),
    "wrong type of field": (line(HEADER) + line(TURN, text=7), ":2: turn.text: must be text, not a number"),
    "missing field": (line(HEADER) + line({"type": "turn", "turn_id": "t"}), ":2: turn."),
    "NaN": (line(HEADER) + line(MEMORY, importance=float("nan")), ":2: memory.importance: "),
    "infinity in the budgets": (line(HEADER, budgets={"core": float("inf")}), ":1: session.budgets.core: "),
    "NaN in a tool call": (
        line(HEADER) + line(TURN, tool_calls=[{"tool": "x", "arguments": {"y": float("nan")}}]),
        ":2: turn",
    ),
    "negative tokens": (line(HEADER) + line(MEMORY, tokens=-1), ":2: memory.tokens: must be at least 0, not -1"),
    "negative budget": (line(HEADER, budgets={"window": -5}), ":1: session.budgets.window: must be at least 0"),
    "duplicate memory": (line(HEADER) + line(MEMORY) + line(MEMORY), ":3: memory.memory_id: 'M-1' is already the id"),
    "duplicate turn": (line(HEADER) + line(TURN) + line(TURN), ":3: turn.turn_id: 't-1' is already the id"),
    "a key given twice": (line(HEADER) + b'{"type":"turn","turn_id":"a","role":"u","text":"x","text":"y"}\n', ":2: "),
    "dangling evidence": (
        line(HEADER) + line(TURN) + line({"type": "probe", "probe_id": "p", "question": "q", "evidence": ["t-2"]}),
        ":3: probe.evidence[0]: nothing before this line has the id 't-2'; did you mean t-1?",
    ),
    "dangling use": (line(HEADER) + line(TURN, used=["M-9"]), ":2: turn.used[0]: nothing before this line has the id"),
    "dangling source": (line(HEADER) + line(MEMORY, derived_from=["M-9"]), ":2: memory.derived_from[0]: "),
    "time goes backwards": (
        line(HEADER) + line(TURN, at="2026-01-02T00:00:00Z") + line(TURN, turn_id="t-2", at="2026-01-01T00:00:00Z"),
        ":3: turn.at: time goes backwards",
    ),
    "no time": (line(HEADER) + line(TURN, at="yesterday"), ":2: turn.at: 'yesterday' is not an ISO 8601 time"),
    "not UTF-8": (line(HEADER) + b'{"type":"turn","turn_id":"t","role":"user","text":"\xff"}\n', ":2: json: "),
    "deep nesting": (
        line(HEADER)
        + b'{"type":"turn","turn_id":"t","role":"user","text":"x","extra":' + b"[" * 9000 + b"]" * 9000 + b"}\n",
        ":2: ",
    ),
    "empty": (b"", "is empty"),
    "blank": (b"\n \n\n", "is empty"),
    "binary": (bytes(range(256)) * 20, ""),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), ""),
    "UTF-16": (json.dumps(HEADER).encode("utf-16"), "is UTF-16 text"),
    "a zip archive": (b"PK\x03\x04rest", "is a zip archive"),
    "damaged gzip": (b"\x1f\x8b\x08\x00garbage", ""),
    "an unknown tokenizer": (line(HEADER, tokenizer="o200k"), ":1: session.tokenizer: unknown token counter 'o200k'"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_a_broken_file_is_one_clear_error(
    memview: Memview, session_file: SessionFile, command: tuple[str, ...], name: str
) -> None:
    content, message = BROKEN[name]
    path = session_file(content)
    done = memview(*command, path)
    assert done.status == 1
    assert message in done.error
    if message.startswith(":"):
        assert done.error.startswith(f"{path}{message[:3]}")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_not_imported(memview: Memview, session_file: SessionFile, tmp_path: Path, name: str) -> None:
    done = memview("import", session_file(BROKEN[name][0]), "-o", tmp_path / "out.jsonl")
    assert done.status == 1
    assert done.error
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_a_file_that_is_not_there(memview: Memview, command: tuple[str, ...]) -> None:
    done = memview(*command, "nowhere.jsonl")
    assert (done.status, done.error) == (
        1,
        "no session 'nowhere.jsonl'; give a path, or a name that `memview sessions` lists",
    )


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_a_directory(memview: Memview, command: tuple[str, ...], tmp_path: Path) -> None:
    done = memview(*command, tmp_path)
    assert done.status == 1
    assert "is a directory; name a session file in it" in done.error


@pytest.mark.parametrize(
    "name", ["", ".", "\n", "~", "~nobody-has-this-name/x", "a\x1b[2Jb", "\u202e", "x" * 5000, "session_99"]
)
@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_odd_names(memview: Memview, command: tuple[str, ...], name: str) -> None:
    done = memview(*command, name)
    assert done.status == 1
    assert done.error


@pytest.mark.parametrize("name", ["", ".", "~nobody-has-this-name/x", "a\x1b[2Jb", "x" * 5000])
def test_odd_names_to_import(memview: Memview, tmp_path: Path, session_file: SessionFile, name: str) -> None:
    assert memview("import", name, "-o", tmp_path / "out.jsonl").error
    if name != "~nobody-has-this-name/x":
        assert memview("import", session_file(), "-o", tmp_path / name).status == (0 if "a" in name else 1)


def test_the_nearest_sample_is_offered(memview: Memview) -> None:
    assert "did you mean" in memview("replay", "sesion_01").error


def test_a_line_that_is_too_long_is_not_read_whole(
    memview: Memview, session_file: SessionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memview.sessions.lines.numbered_lines.__defaults__", (1000,))
    monkeypatch.setattr("memview.sessions.reader.read_session.__kwdefaults__", {"line_limit": 1000})
    path = session_file(HEADER, {**TURN, "text": "x" * 2000})
    done = memview("replay", path)
    assert (done.status, done.error) == (1, f"{path}:2: line: longer than 0 MB; is this a session file?")


def test_a_gzip_stream_that_breaks_off_loads_what_is_there(memview: Memview, session_file: SessionFile) -> None:
    texts = [hashlib.sha512(bytes([number % 256, number // 256])).hexdigest() * 8 for number in range(1500)]
    turns = (line(TURN, turn_id=f"t-{number}", text=text) for number, text in enumerate(texts))
    whole = gzip.compress(line(HEADER) + b"".join(turns), compresslevel=1)
    path = session_file(whole[: len(whole) // 2])
    done = memview("replay", path, "--prompt", 1)
    assert done.status == 0
    assert texts[0] in done.out.decode()
    assert re.fullmatch(
        r"\[NOTE\] .*: the compressed data break off here; the \d+ turns before it are loaded\n", done.err.decode()
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lruu", "unknown policy 'lruu'; did you mean lru"),
        ("importance", "did you mean importance-recency"),
        ("", "unknown policy ''; known: 2q, "),
        ("lru@2", "policy 'lru' has no version '2'; there is lru@1"),
        ("nowhere.yaml", "nowhere.yaml: cannot be read: No such file or directory"),
        ("\x1b[31m", "unknown policy"),
    ],
)
def test_an_unknown_policy_offers_the_nearest(memview: Memview, name: str, message: str) -> None:
    for command in (("replay", "session_01"), ("run", "--query", "x"), ("open", "session_01", "--plain")):
        done = memview(*command, "--policy", name)
        assert done.status == 1
        assert message in done.error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("policy: {evictoin: lru}", "policy.evictoin: unknown key; did you mean 'eviction'?"),
        ("policy: {eviction: lruu}", "policy.eviction: unknown algorithm 'lruu'; did you mean lru?"),
        ("policy: {promote_if: importance >}", "policy.promote_if: "),
        ("policy: {promote_if: importanse > 1}", "importance"),
        ("policy: {promote_if: __import__('os')}", "policy.promote_if: calls are not allowed at column 1"),
        ("policy: {core_budget_tokens: -1}", "policy.core_budget_tokens: "),
        ("policy: {parameters: {half_life: .nan}}", "policy.parameters.half_life: "),
        ("policy: {parameters: {half_life: 0}}", "half_life is 0"),
        ("policy: {parameters: {halflife: 1}}", "policy.parameters.halflife: unknown; importance-recency takes "),
        ("policy: [", "not valid YAML"),
        ("- 1", "expected a mapping such as"),
        ("", "expected a mapping such as"),
        ("polizy: {}", "policy"),
        ("policy: !!python/object/apply:os.system [ls]", "not valid YAML"),
        ("a: &a [x, x]\npolicy: " + "[" * 5000, ""),
    ],
)
def test_a_wrong_policy_file_names_file_and_key(
    memview: Memview, session_file: SessionFile, text: str, message: str
) -> None:
    policy = session_file(text.encode(), name="policy.yaml")
    done = memview("replay", "session_01", "--policy", policy)
    assert done.status == 1
    assert message in done.error


def test_a_budget_of_zero_without_a_pinned_core_works(memview: Memview, session_file: SessionFile) -> None:
    frames = memview("replay", session_file(HEADER, MEMORY, TURN), "--budget", 0, "--frames").lines
    assert json.loads(frames[0])["core"] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--budget", 0), "core budget 0: below the pinned core, which takes 89 tokens (RUL-00001); use --budget 89"),
        (("--budget", 88), "core budget 88: below the pinned core"),
        (("--budget", 5000), "window budget 4096: its fixed parts alone take 5594 tokens"),
        (("--window", 1), "window budget 1: its fixed parts alone take"),
        (("--window", 100_000_000, "--budget", 100_000_000), "window budget 100000000: its fixed parts alone take"),
    ],
)
def test_budgets_that_cannot_work(memview: Memview, options: tuple[object, ...], message: str) -> None:
    for command in (("replay", "session_01"), ("run", "--query", "x")):
        done = memview(*command, *options)
        assert done.status == 1
        assert message in done.error


@pytest.mark.parametrize("record", [{**MEMORY, "tokens": 5_000_000_000}, {**TURN, "tokens": 10**12}])
def test_token_counts_beyond_any_model_are_refused_or_carried(
    memview: Memview, session_file: SessionFile, record: dict[str, Any]
) -> None:
    done = memview("replay", session_file(HEADER, record))
    assert done.status == 0 or done.error


@pytest.mark.parametrize("text", ["theem: dark\n", "policy: [\n", "budgets: {core: -1}\n"])
def test_wrong_settings_are_one_error(
    memview: Memview, session_file: SessionFile, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("MEMVIEW_CONFIG", str(session_file(text.encode(), name="config.yaml")))
    done = memview("replay", "session_01")
    assert done.status == 1
    assert "config.yaml" in done.error
