"""The documents under docs/ say what is so: their examples run, their tables are complete."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from memview.kernel.memory_tools.arguments import TOOL_NAMES
from memview.kernel.protocols import PROMOTION_SIGNALS
from memview.model.event import ACTIONS, PLACES, PagingEvent
from memview.model.policy_spec import PolicySpec
from memview.policies import load_policy
from memview.policies.registry import EVICTION, check_eviction, eviction_class, shipped_policies
from memview.replay import Replay, Workload
from memview.sessions import records
from memview.sessions.catalogue import list_samples
from memview.sessions.importers import FORMATS
from memview.sessions.reader import read_session

DOCS = Path(__file__).parents[1] / "docs"
Sections = dict[str, list[str]]
Fold = Callable[[Iterable[dict[str, Any]]], Iterator[tuple[int, Sections]]]


def text_of(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(name), re.DOTALL | re.MULTILINE)


def first_columns(name: str) -> set[str]:
    """Every word in backticks in the first column of a table."""
    rows = re.findall(r"^\| (.*?) \|", text_of(name), re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


@pytest.fixture(scope="module")
def fold() -> Fold:
    namespace: dict[str, Any] = {}
    exec(blocks("events", "python")[0], namespace)
    found: Fold = namespace["fold"]
    return found


@pytest.mark.parametrize("sample", list_samples(), ids=lambda sample: sample.session_id)
@pytest.mark.parametrize("policy", ["lru", "random"])
def test_the_fold_of_the_document_gives_the_frames(fold: Fold, sample: Any, policy: str) -> None:
    replay = Replay(Workload(read_session(sample.path).session), load_policy(policy)).run()
    events = (json.loads(event.canonical()) for event in replay.events)
    for turn, sections in fold(events):
        frame = replay.frame(turn).as_dict()
        assert sections == {name: frame[name] for name in ("core", "summary", "retrieved", "window")}
    assert turn == replay.turn_count


def test_the_example_event_is_canonical_and_has_every_field() -> None:
    example = blocks("events", "json")[0].strip()
    event = json.loads(example)
    assert example == json.dumps(event, sort_keys=True, separators=(",", ":"))
    whole = PagingEvent(0, 0, "hit", None, None, None, 0, "", None, "")
    assert event.keys() == whole.as_dict().keys()
    assert event.keys() <= first_columns("events")


def test_every_action_and_place_is_described() -> None:
    assert set(ACTIONS) <= first_columns("events")
    assert set(PLACES) <= set(re.findall(r"`(\w+)`", text_of("events")))
    assert {"visible", "covered", "recoverable", "lost"} <= first_columns("events")


def test_what_the_document_says_an_action_moves_is_what_it_moves() -> None:
    still = {"route", "search", "reject", "approve", "invalidate", "tool", "update", "error"}
    seen = set()
    for sample in list_samples():
        replay = Replay(Workload(read_session(sample.path).session), load_policy("lru")).run()
        for event in replay.events:
            seen.add(event.action)
            moved = (event.origin, event.destination)
            if event.action in still:
                assert moved == (None, None)
            elif event.action in ("hit", "promote"):
                assert event.destination == "core"
            elif event.action == "evict":
                assert moved in {("core", home) for home in ("archive", "recall", "shared")}
            elif event.action == "fault":
                assert event.origin in ("archive", "recall", "shared")
                assert event.destination in ("retrieved", None)
            elif event.action == "insert":
                assert event.origin is None
                assert event.destination is not None
            elif event.action == "quarantine":
                assert event.destination is None
    assert seen >= {"insert", "route", "search", "hit", "fault", "promote", "evict", "tool", "quarantine", "invalidate"}


def test_the_example_session_is_valid_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "kitchen.jsonl"
    path.write_text(blocks("formats", "jsonl")[0], encoding="utf-8")
    loaded = read_session(path)
    assert loaded.warnings == ()
    replay = Replay(Workload(loaded.session), load_policy("lru")).run()
    assert "PRF-00012" in replay.frame(1).core
    assert replay.frame(1).retrieved == ("DOC-00001",)
    assert replay.custody_of("FCT-00001", 2) == "recoverable"
    assert {"t-0001/tool-1", "t-0001/reply"} <= set(replay.frame(2).window) - set(replay.frame(1).window)
    assert replay.metrics["probe_recall"] == 1.0


def test_every_key_of_the_session_file_is_described() -> None:
    parts = (
        records.SessionRecord, records.BudgetsRecord, records.MemoryRecord, records.CitationRecord, records.TurnRecord,
        records.ToolCallRecord, records.ProbeRecord, records.ApprovalRecord, records.BlockRecord,
        records.ToolLimitsRecord, records.PinRecord,
    )  # fmt: skip
    described = set(re.findall(r"`(\w+)`", text_of("formats")))
    for part in parts:
        assert set(part.__annotations__) <= described, part.__name__


def test_every_memory_tool_is_described_with_its_arguments() -> None:
    assert set(TOOL_NAMES) <= first_columns("events")
    described = set(re.findall(r"`(\w+)`", text_of("events")))
    assert {"section", "text", "old", "new", "new_str", "new_memory", "query", "top_k", "page"} <= described


def test_every_format_is_described() -> None:
    headings = set(re.findall(r"^### `([\w-]+)`", text_of("formats"), re.MULTILINE))
    assert {importer.name for importer in FORMATS} - {"native"} <= headings


@pytest.mark.parametrize("number", [0, 1])
def test_the_example_policies_work(tmp_path: Path, number: int) -> None:
    example = blocks("policies", "yaml")[number]
    path = tmp_path / "mine.yaml"
    path.write_text(example, encoding="utf-8")
    spec = load_policy(str(path))
    written = yaml.safe_load(example)["policy"]
    assert spec.name == written.get("name", "mine")
    assert spec.promote_if == written["promote_if"]
    assert spec.eviction == written["eviction"].lower()
    replay = Replay(Workload(read_session(list_samples()[0].path).session), spec).run()
    assert replay.budgets.core == written["core_budget_tokens"]
    assert replay.metrics["promotions"]


def test_every_key_signal_and_algorithm_is_described_with_its_default() -> None:
    described = first_columns("policies")
    assert {field.name for field in fields(PolicySpec)} <= described
    assert set(PROMOTION_SIGNALS) <= described
    assert set(EVICTION) <= set(re.findall(r"`([\w-]+)`", text_of("policies")))
    default = PolicySpec("x")
    for key in ("version", "eviction", "promote_if", "top_k", "min_score_ratio", "retriever", "analysis", "readahead"):
        assert f"| `{key}` | `{getattr(default, key)}` |" in text_of("policies")


def test_the_parameters_of_the_document_are_taken() -> None:
    parameters = {"importance_weight": 1.0, "recency_weight": 1.0, "half_life": 8.0}
    check_eviction(PolicySpec("x", eviction="importance-recency", parameters=parameters), "x")
    assert all(f"`{name}` {value:g}" in text_of("policies") for name, value in parameters.items())


def test_the_catalogue_of_the_document_is_the_catalogue() -> None:
    document = (DOCS / "policies.md").read_text(encoding="utf-8")
    written = document.partition("<!-- catalogue -->\n")[2].partition("<!-- end of catalogue -->")[0]
    labels = re.findall(r"^\| `([^`]+)` \|", written, re.MULTILINE)
    assert sorted(labels) == sorted(spec.label for spec in shipped_policies())
    assert all(spec.summary.strip().replace("|", "\\|") in written for spec in shipped_policies())


def test_every_default_parameter_of_the_document_is_that_of_the_algorithm() -> None:
    table = text_of("policies").partition("| eviction | parameters and their defaults |")[2].partition("\n\n")[0]
    for row in table.splitlines()[2:]:
        names, told = row.strip("| ").split(" | ", 1)
        for name in re.findall(r"`([\w-]+)`", names):
            described = set(re.findall(r"`(\w+)` [\d.]+", told))
            assert set(parameters_of(name)) == described, name


def parameters_of(algorithm: str) -> list[str]:
    """The names that a policy file may set of an eviction algorithm."""
    known = inspect.signature(eviction_class(algorithm)).parameters
    return [name for name in known if name not in ("seed", "capacity", "future")]
