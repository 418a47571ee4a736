"""`policies`, `sessions`, `themes`, `formats`, `tokenizer`, help and version: what there is."""

from __future__ import annotations

import pytest
from cli_harness import Memview

from memview import __version__
from memview.tokens import COUNTER_NAMES

FIELDS = {
    "policies": {"name", "version", "family", "provenance", "summary"},
    "sessions": {"session_id", "title", "lesson", "turns"},
    "themes": {"name"},
    "formats": {"name"},
}
COMMANDS = (
    "formats", "import", "open", "policies", "replay", "run", "sessions", "themes", "tokenizer", "validate",
)  # fmt: skip


@pytest.mark.parametrize("command", FIELDS)
def test_json_is_a_list_of_rows_with_the_fields_of_the_contract(memview: Memview, command: str) -> None:
    rows = memview(command, "--json").json
    assert rows
    assert all(set(row) >= FIELDS[command] for row in rows)
    assert set(rows[0]) == FIELDS[command] or command in ("themes", "formats")


@pytest.mark.parametrize("command", FIELDS)
def test_text_is_one_line_each(memview: Memview, command: str) -> None:
    lines, rows = memview(command).lines, memview(command, "--json").json
    assert len(lines) == len(rows)
    assert all(
        line.startswith(str(row.get("name", row.get("session_id")))) for line, row in zip(lines, rows, strict=True)
    )


def test_the_first_policies_are_there(memview: Memview) -> None:
    names = {row["name"] for row in memview("policies", "--json").json}
    assert names >= {"fifo", "lru", "lfu", "importance-recency", "random"}


def test_policies_stand_by_family(memview: Memview) -> None:
    rows = memview("policies", "--json").json
    families = [row["family"] for row in rows]
    assert families == sorted(families)
    assert len({(row["name"], row["version"]) for row in rows}) == len(rows)
    assert all(row["summary"] and row["provenance"] for row in rows)
    lines = memview("policies").lines
    columns = {
        (line.index(f" {row['family']} "), line.index(row["summary"])) for line, row in zip(lines, rows, strict=True)
    }
    assert len(columns) == 1, "aligned"


def test_lines_are_cut_on_a_terminal_and_nowhere_else(memview: Memview, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = memview("policies").lines
    assert max(map(len, whole)) > 120
    monkeypatch.setattr("memview.cli.catalogues._room", lambda: 120)
    cut = memview("policies").lines
    assert len(cut) == len(whole)
    for short, long in zip(cut, whole, strict=True):
        assert short == (long if len(long) <= 120 else long[:119] + "…")


def test_a_plugin_that_is_left_out_is_told_beside_the_list(memview: Memview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("memview.policies.plugin_problems", lambda: ["plugin 'x' of y 1 left out: \x1b[31m"])
    done = memview("policies", "--json")
    assert done.status == 0
    assert done.json
    assert done.err.decode() == "[NOTE] plugin 'x' of y 1 left out: ␛[31m\n"


def test_at_least_eight_samples_each_teach_something(memview: Memview) -> None:
    rows = memview("sessions", "--json").json
    assert len(rows) >= 8
    assert all(row["title"] and row["lesson"] and 20 <= row["turns"] <= 200 for row in rows)


def test_at_least_five_themes(memview: Memview) -> None:
    assert len(memview("themes", "--json").json) >= 5


def test_benchmarks_and_openai_messages_are_read(memview: Memview) -> None:
    assert {row["name"] for row in memview("formats", "--json").json} >= {"native", "locomo", "longmemeval", "openai"}


def test_every_token_counter_is_listed_with_its_state(memview: Memview) -> None:
    rows = memview("tokenizer", "--json").json
    assert [row["name"] for row in rows] == list(COUNTER_NAMES)
    assert all(set(row) == {"name", "exact", "available", "description"} for row in rows)
    lines = memview("tokenizer").lines
    assert lines[0].startswith("estimate     estimate  ready")
    assert len(lines) == len(rows)


@pytest.mark.parametrize("name", ["estimate", "gpt-2", ""])
def test_only_exact_counters_have_a_vocabulary_to_fetch(memview: Memview, name: str) -> None:
    done = memview("tokenizer", "fetch", name)
    assert done.status == 1
    assert "o200k_base" in done.error


@pytest.mark.parametrize("timeout", ["0", "-1", "soon"])
def test_a_fetch_has_a_timeout(memview: Memview, timeout: str) -> None:
    done = memview("tokenizer", "fetch", "o200k_base", "--timeout", timeout)
    assert done.status == 2
    assert "--timeout" in done.error


def test_help_lists_every_command(memview: Memview) -> None:
    done = memview("--help")
    assert done.status == 0
    assert done == memview("-h")
    listed = [line.split()[0] for line in done.lines if line.startswith("  ") and not line.strip().startswith("-")]
    assert set(COMMANDS) <= set(listed)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(memview: Memview, command: str) -> None:
    done = memview(command, "--help")
    assert (done.status, done.err) == (0, b"")
    assert done.lines[0].startswith(f"Usage: memview {command}")


def test_version(memview: Memview) -> None:
    assert memview("--version").out.decode() == f"memview {__version__}\n"


@pytest.mark.parametrize(
    ("typed", "meant"), [("polices", "policies"), ("Session", "sessions"), ("valdiate", "validate")]
)
def test_a_misspelt_command_is_not_just_a_missing_session(memview: Memview, typed: str, meant: str) -> None:
    done = memview(typed)
    assert done.status == 1
    assert done.error.endswith(f"; or is it the command {meant!r}?")


def test_a_misspelt_command_with_arguments(memview: Memview) -> None:
    done = memview("replya", "session_01")
    assert done.status == 2
    assert "; or is it the command 'replay'?" in done.error
