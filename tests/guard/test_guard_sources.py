from __future__ import annotations

import subprocess
import sys

import pytest

from memview.guard import Source
from memview.guard.sources import made_source, memory_source, text_of_result, turn_source
from memview.model import Memory, Turn


@pytest.mark.parametrize(
    ("trust", "kind", "source"),
    [
        ("document", "rule", "document"),
        ("tool_external", "fact", "document"),
        ("tool_internal", "fact", "note"),
        ("tool_internal", "task", "message"),
        ("model", "fact", "note"),
        ("model", "episode", "note"),
        ("model", "rule", "message"),
        ("user", "fact", "note"),
        ("user", "rule", "message"),
        ("user", "task", "message"),
        ("user", "preference", "message"),
    ],
)
def test_the_source_of_a_memory(trust: str, kind: str, source: Source) -> None:
    assert memory_source(Memory("M-1", "text", kind=kind, trust=trust)) == source


def test_the_lineage_and_the_block_count() -> None:
    assert memory_source(Memory("M-1", "text", kind="rule", trust="model"), "tool_external") == "document"
    assert memory_source(Memory("M-1", "text", section="Persona", trust="model")) == "message"
    assert memory_source(Memory("M-1", "text", tier="core", trust="user")) == "message"
    assert memory_source(Memory("M-1", "text", tier="core", trust="model")) == "note"


def test_the_source_of_what_a_policy_makes() -> None:
    summary, fact = Memory("M-1", "text", kind="summary"), Memory("M-2", "text")
    assert [made_source(summary, trust) for trust in ("model", "document")] == ["message", "message"]
    assert [made_source(fact, trust) for trust in ("model", "document")] == ["message", "document"]


def test_the_source_of_a_turn() -> None:
    assert turn_source(Turn("t-1", "user", "text")) == "message"
    assert turn_source(Turn("t-1", "tool", "text")) == "document"


def test_texts_of_a_result_are_in_order_and_numbers_are_none() -> None:
    assert text_of_result({"a": "one", "b": [2, "two", {"c": "three"}], "d": None}) == "one\ntwo\nthree"
    assert text_of_result(7) == ""


def test_importing_the_guard_compiles_nothing() -> None:
    code = (
        "import re, sys; seen = []; compile = re.compile\n"
        "def noted(*given, **more):\n"
        "    seen.append(sys._getframe(1).f_globals['__name__'].startswith('memview'))\n"
        "    return compile(*given, **more)\n"
        "re.compile = noted\n"
        "import memview.guard, memview.guard.sensitive\nprint(sum(seen))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
