"""The program as others run it: pipes, signals, locales, hash seeds."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_harness import REPOSITORY, Program, SessionFile

REPLAY = ("replay", "session_01", "--policy", "lru")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="signals and /dev are those of POSIX")


@pytest.mark.parametrize("arguments", [("session_01",), REPLAY, ("policies",), ("--help",), ("tokenizer",)])
def test_what_is_no_terminal_gets_no_escape_codes(program: Program, arguments: tuple[str, ...]) -> None:
    plain = program(*arguments)
    assert plain.status == 0
    assert b"\x1b" not in plain.out + plain.err
    for colour in ({"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, {"TERM": "xterm-256color"}):
        assert program(*arguments, **colour) == plain


def test_errors_have_no_escape_codes_either(program: Program) -> None:
    done = program("replay", "nowhere", FORCE_COLOR="1")
    assert (done.status, done.out, done.err[:8]) == (1, b"", b"[ERROR] ")
    assert b"\x1b" not in done.err


def test_events_are_the_same_bytes_everywhere(program: Program, session_file: SessionFile) -> None:
    path = session_file(
        {"type": "session", "session_id": "s"},
        {"type": "memory", "memory_id": "ü-全", "text": "teapot ☕"},
        *({"type": "turn", "turn_id": f"t-{n}", "role": "user", "text": f"teapot ☕ {n}"} for n in range(5)),
    )
    for arguments in ((*REPLAY, "--events"), ("replay", path, "--policy", "random", "--events")):
        settings = (
            {"PYTHONHASHSEED": "0"},
            {"PYTHONHASHSEED": "12345"},
            {"LC_ALL": "C"},
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            {"PYTHONIOENCODING": "latin-1", "TZ": "Asia/Kathmandu"},
        )
        outputs = {program(*arguments, **environment) for environment in settings}
        assert len(outputs) == 1
    assert "ü-全".encode() in outputs.pop().out


def test_the_digest_is_that_of_the_bytes_of_another_process(program: Program) -> None:
    events = program(*REPLAY, "--events", PYTHONHASHSEED="7").out
    assert f"sha256:{hashlib.sha256(events).hexdigest()}".encode() in program(*REPLAY, "--json", PYTHONHASHSEED="8").out


def test_an_error_in_a_poor_locale_is_still_one_line(program: Program) -> None:
    done = program("replay", "Präferenz", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.status == 1
    assert done.err.startswith(b"[ERROR] no session ")
    assert done.err.count(b"\n") == 1


@needs_posix
@pytest.mark.parametrize("mode", [(), ("--events",), ("--frames",)])
def test_a_reader_that_has_seen_enough_is_no_error(mode: tuple[str, ...]) -> None:
    # session_03 prints more than a pipe holds, so the writer meets the closed end.
    with subprocess.Popen(
        [sys.executable, "-m", "memview", "replay", "session_03", *mode],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        assert writer.stdout.readline()
        writer.stdout.close()
        assert writer.wait(60) == 0
        assert writer.stderr.read() == b""


@needs_posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("arguments", [("policies",), REPLAY, ("--help",)])
def test_a_full_disk_is_one_line(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "memview", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=REPOSITORY,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"[ERROR] the output")
    assert done.stderr.count(b"\n") == 1


@needs_posix
def test_a_closed_output_is_one_line() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m memview policies >&-', sys.executable],
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
        check=False,
    )
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert done.stderr.startswith(b"[ERROR] standard output is closed")


@needs_posix
def test_ctrl_c_is_status_130_without_a_traceback(tmp_path: Path) -> None:
    # A fifo for a session file: the program is certainly in the middle of reading when the signal comes.
    fifo = tmp_path / "session.jsonl"
    os.mkfifo(fifo)
    with (
        subprocess.Popen(
            [sys.executable, "-m", "memview", "validate", str(fifo)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=REPOSITORY,
        ) as reader,
        fifo.open("wb") as writer,
    ):  # returns when the reader has opened its end
        # Far more than the pipe and its buffers hold: when it is written, imports are over and lines are being read.
        writer.write(b'{"type":"session","session_id":"s"}\n')
        writer.writelines(b'{"type":"turn","turn_id":"t-%d","role":"user","text":"word"}\n' % n for n in range(30_000))
        writer.flush()
        reader.send_signal(signal.SIGINT)
        out, err = reader.communicate(timeout=60)
    assert reader.returncode == 130
    assert b"Traceback" not in err
    assert (out, err.strip()) == (b"", b"")


@needs_posix
def test_ctrl_c_in_the_middle_of_printing_is_status_130_too(session_file: SessionFile) -> None:
    turns = ({"type": "turn", "turn_id": f"t-{n}", "role": "user", "text": f"word {n} again"} for n in range(800))
    path = session_file({"type": "session", "session_id": "s"}, *turns)
    with subprocess.Popen(
        [sys.executable, "-m", "memview", "replay", str(path), "--events"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
    ) as busy:
        # The first byte is there and far more than a pipe holds is left: the program waits for us, printing.
        assert busy.stdout is not None
        assert busy.stdout.read(1)
        busy.send_signal(signal.SIGINT)
        _, err = busy.communicate(timeout=60)
    assert busy.returncode == 130
    assert err.strip() == b""
