"""Finding policies by name, and reading them from files that nobody vouches for."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_harness import Unknown

from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.memory import Memory
from memview.model.policy_spec import DEFAULT_PROMOTE_IF
from memview.model.session import Arrival, Session, Turn
from memview.policies import create_eviction, load_policy, policy_catalogue
from memview.replay import Replay

SHIPPED = ["fifo", "importance-recency", "lfu", "lru", "random"]


def written(directory: Path, text: str | bytes, name: str = "my.yaml") -> str:
    path = directory / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return str(path)


def refusal(directory: Path, text: str | bytes) -> str:
    path = written(directory, text)
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    message = str(caught.value)
    assert message.startswith(path)
    assert message.isprintable(), "one printable line"
    return message.removeprefix(path)


def test_what_is_shipped() -> None:
    catalogue = policy_catalogue()
    assert set(SHIPPED) <= {spec.name for spec in catalogue}
    for spec in catalogue:
        assert spec.summary, spec.name
        assert spec.provenance, spec.name
        create_eviction(spec, 0, 600, Unknown())


@pytest.mark.parametrize("name", ["lru", "LRU", "Lru@1", " lru@1 "])
def test_names_are_found_in_any_case_with_and_without_version(name: str) -> None:
    assert load_policy(name).label == "lru@1"


def test_an_unknown_name_is_told_its_nearest() -> None:
    with pytest.raises(PolicyError, match=r"unknown policy 'lruu'; did you mean .*lru"):
        load_policy("lruu")
    with pytest.raises(PolicyError, match=r"known: .*importance-recency"):
        load_policy("q#!")


def test_an_unknown_version_is_told_which_there_are() -> None:
    with pytest.raises(PolicyError, match=r"'lru' has no version '9'; there is lru@1"):
        load_policy("lru@9")


def test_the_line_of_the_specification(tmp_path: Path) -> None:
    text = 'policy: {core_budget_tokens: 600, eviction: LRU, promote_if: "importance > 0.7"}\n'
    spec = load_policy(written(tmp_path, text, "Travel.yaml"))
    assert (spec.name, spec.eviction, spec.core_budget_tokens) == ("travel", "lru", 600)
    assert spec.promote_if == "importance > 0.7"
    turns = (Turn("t1", "user", "where is the kiwi"),)
    loaded = tuple(
        Arrival(0, Memory(name, "the kiwi is here", importance=importance))
        for name, importance in (("low", 0.7), ("high", 0.71))
    )
    replay = Replay(Workload(Session("s", arrivals=loaded, turns=turns)), spec).run()
    assert replay.budgets.core == 600
    assert replay.frame(1).core == ("high",)
    assert replay.frame(1).retrieved == ("low",)


def test_everything_that_a_file_may_say(tmp_path: Path) -> None:
    spec = load_policy(
        written(
            tmp_path,
            """
policy:
  name: Mine-2
  version: 3
  family: trial
  summary: What it is for
  eviction: importance-recency
  parameters: {half_life: 2}
  retrieval_budget_tokens: 10
  window_budget_tokens: 9000
  core_slots: 4
  top_k: 2
  min_score_ratio: 0.1
  retriever: rank-bm25
  analysis: plain
  readahead: 1
  window_overflow: drop
""",
        )
    )
    assert spec.label == "mine-2@3"
    assert spec.promote_if == DEFAULT_PROMOTE_IF
    assert dict(spec.parameters) == {"half_life": 2.0}
    assert (spec.core_slots, spec.top_k, spec.readahead, spec.window_overflow) == (4, 2, 1, "drop")
    create_eviction(spec, 0, 600, Unknown())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("policy: {lifecycle: {every_turn: 3}}", "lifecycle.every_turn: unknown key; did you mean 'every_turns'?"),
        ("policy: {lifecycle: {forget: [{rule: expired, turn: 3}]}}", "did you mean 'turns'?"),
        ("policy: {lifecycle: {resolve: ask}}", "policy.lifecycle.resolve: input should be"),
        ("policy: {evictoin: lru}", "policy.evictoin: unknown key; did you mean 'eviction'?"),
        ("polcy: {eviction: lru}", "did you mean 'policy'?"),
        ("policy: {zzz: 1}", "known keys: name, version"),
        ("policy: {eviction: lrru}", "policy.eviction: unknown algorithm 'lrru'; did you mean lru?"),
        ("policy: {eviction: lru, parameters: {half_life: 3}}", "policy.parameters.half_life: unknown; lru takes none"),
        ("policy: {eviction: random, parameters: {seed: 3}}", "policy.parameters.seed: unknown"),
        ("policy: {top_k: 0}", "policy.top_k: "),
        ("policy: {top_k: 4.5}", "policy.top_k: "),
        ("policy: {core_budget_tokens: -1}", "policy.core_budget_tokens: "),
        ("policy: {core_budget_tokens: '600'}", "policy.core_budget_tokens: "),
        ("policy: {min_score_ratio: .nan}", "policy.min_score_ratio: "),
        ("policy: {parameters: {half_life: .inf}}", "policy.parameters.half_life: "),
        ("policy: {parameters: {importance_weight: 1.0e+300}}", "policy.parameters.importance_weight: "),
        ("policy: {retriever: google}", "policy.retriever: "),
        ("policy: {name: '../../etc'}", "policy.name: "),
        ("policy: {promote_if: 5}", "policy.promote_if: "),
        ("policy: lru", "policy: expected a mapping such as"),
        ("[1, 2]", "expected a mapping such as"),
        ("", "expected a mapping such as"),
        ("policy: {1: 2}", "policy"),
    ],
)
def test_a_wrong_key_or_value_is_named(text: str, told: str, tmp_path: Path) -> None:
    assert told in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("rule", "column"),
    [("importance > ", 13), ("importanse > 0.7", 1), ("importance.real > 0", 1), ("1 < __import__('os')", 5), ("", 1)],
)
def test_a_bad_expression_is_told_its_column(rule: str, column: int, tmp_path: Path) -> None:
    message = refusal(tmp_path, f'policy: {{promote_if: "{rule}"}}')
    assert message.startswith(": policy.promote_if: ")
    assert f"at column {column} of" in message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"\xff\xfe\x00binary\x00", "not UTF-8 text"),
        (b"policy: \x00", "not valid YAML"),
        ("policy: [unclosed", ":1"),
        ("a: b: c", "mapping values are not allowed"),
        ("policy: !!python/object/apply:os.system ['true']", "not valid YAML"),
        ("policy: {name: 2024-13-45}", "not valid YAML"),
        ("policy: {version: !!int 'x'}", "not valid YAML"),
        ("policy: {version: !!int ''}", "not valid YAML"),
        ("policy: {version: !!bool maybe}", "not valid YAML"),
        ("policy: {version: !!timestamp x}", "not valid YAML"),
        ("policy: {version: " + "9" * 5000 + "}", "not valid YAML"),
        ("policy: {[1]: 2}", "not valid YAML"),
        ("policy: *nowhere", "not valid YAML"),
        ("[" * 30_000, "too deeply nested"),
        ('policy: {"\\e[31mred\\u202e": 1}', "unknown key"),
        ("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\npolicy: {parameters: {half_life: *c}}", ""),
        ("#" * 70_000, "larger than 64 KiB"),
    ],
)
def test_hostile_files_get_one_line(text: str | bytes, told: str, tmp_path: Path) -> None:
    assert told in refusal(tmp_path, text)


@pytest.mark.parametrize("name", ["{tmp}/absent.yaml", "{tmp}", "no\0where.yaml", "~nobody-at-all/x.yaml", "./"])
def test_a_path_that_leads_nowhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        load_policy(name.format(tmp=tmp_path))


def test_numbers_that_no_float_holds_stay_out_of_the_events(tmp_path: Path) -> None:
    huge = "1e15"
    for _ in range(5):
        huge = f"({huge}*{huge})"
    whole = "*".join(["(" + "*".join(["1000000000000000"] * 7) + ")"] * 3)
    loaded = tuple(Arrival(0, Memory(name, "kiwi", importance=worth)) for name, worth in (("a", 0.5), ("b", 0.0)))
    session = Session("s", arrivals=loaded, turns=(Turn("t1", "user", "kiwi"),))
    for rule in (f"importance*{huge} > 0", f"tokens*{whole} > 0", f"importance > {huge}"):
        spec = load_policy(written(tmp_path, f'policy: {{promote_if: "{rule}"}}'))
        replay = Replay(Workload(session), spec).run()
        for event in replay.events:
            assert "inf" not in event.canonical()
            assert "NaN" not in event.canonical()


def test_a_budget_without_limit_is_not_lowered_by_what_is_asked_for() -> None:
    turns = tuple(Turn(f"t{number}", "user", f"kiwi number {number}") for number in range(1, 30))
    loaded = tuple(Arrival(0, Memory(f"m{number}", f"the harbour {number}")) for number in range(20))
    session = Session("s", arrivals=loaded, turns=turns)
    replay = Replay(Workload(session), load_policy("everything"), core_budget=5, window_budget=60).run()
    assert len(replay.frame(1).core) == 20
    assert len(replay.frame(29).window) == 29
    assert replay.frame(29).custody.recoverable == replay.frame(29).custody.lost == 0
