"""Policies from other packages: found, checked, and never believed."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from plugin_packages import GOOD, install

from memview.kernel.protocols import Page, Victim
from memview.kernel.window import CompactionOutcome, WindowMessage, WindowView
from memview.kernel.workload import Workload
from memview.model.compaction_spec import CompactionSpec
from memview.model.errors import MemviewError, PolicyError
from memview.model.memory import Memory
from memview.model.policy_spec import PolicySpec
from memview.model.session import Arrival, Budgets, Session, Turn
from memview.policies import ScoredEviction, load_policy, plugin_problems, policy_catalogue, registry
from memview.policies.guarded import GuardedCompaction, GuardedEviction
from memview.replay import Replay

Installed = Callable[..., None]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    """Installs packages for one test."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    before = set(sys.modules)
    registry._plugins.cache_clear()
    yield lambda *arguments, **more: install(site, *arguments, **more)
    registry._plugins.cache_clear()
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(site) in str(sys.modules[name].__file__):
            del sys.modules[name]


def story(turns: int = 12) -> Session:
    """Every turn asks for another memory, and all are worth promoting: a small core has to evict."""
    words = [f"kiwi{number}" for number in range(6)]
    loaded = tuple(Arrival(0, Memory(word, f"the {word} is here", importance=0.9)) for word in words)
    asked = tuple(Turn(f"t{number}", "user", f"where is {words[number % 6]}?") for number in range(turns))
    return Session("s", budgets=Budgets(window=2000, core=12, retrieval=100, reserve=100), arrivals=loaded, turns=asked)


def replayed(policy: str) -> Replay:
    return Replay(Workload(story()), load_policy(policy)).run()


def test_a_plugin_is_a_policy_like_any_other(installed: Installed) -> None:
    installed("good_policies", GOOD, {"worth": "good_policies:WORTH", "other": "good_policies:made"})
    names = [spec.name for spec in policy_catalogue()]
    assert names == sorted(names)
    assert {"worth@1", "made@2", "lru@1"} <= {spec.label for spec in policy_catalogue()}
    assert plugin_problems() == []
    assert load_policy("WORTH").label == "worth@1"
    assert load_policy("worth").provenance == "plugin 'worth' of good_policies 1.0"
    assert load_policy("made@2").provenance == "a book"
    replay = replayed("worth")
    assert replay.metrics["evictions"] > 0
    evicted = next(event for event in replay.events if event.action == "evict")
    assert evicted.policy == "worth@1"
    assert evicted.signal is not None
    assert (evicted.signal.name, evicted.signal.value) == ("score", 1.8)
    assert evicted.reason.startswith("score 1.800, lowest of ")
    assert replay.digest == replayed("worth").digest


def test_a_policy_file_may_name_the_algorithm_of_a_plugin(installed: Installed, tmp_path: Path) -> None:
    installed("good_policies", GOOD, {"worth": "good_policies:WORTH"})
    path = tmp_path / "mine.yaml"
    path.write_text("policy: {eviction: worth, parameters: {weight: 3}}\n", encoding="utf-8")
    evicted = next(event for event in replayed(str(path)).events if event.action == "evict")
    assert evicted.signal is not None
    assert evicted.signal.value == 2.7
    path.write_text("policy: {eviction: worth, parameters: {wait: 3}}\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"policy.parameters.wait: unknown; worth takes weight"):
        load_policy(str(path))


def test_the_newest_version_has_the_bare_name(installed: Installed) -> None:
    code = GOOD + "\nNEWER = PolicyPlugin(spec('worth', '1.10'), eviction=Worth)\n"
    installed("good_policies", code, {"worth": "good_policies:WORTH", "worth-new": "good_policies:NEWER"})
    assert load_policy("worth").label == "worth@1.10"
    assert load_policy("worth@1").label == "worth@1"
    with pytest.raises(
        PolicyError, match=r"'worth' has no version '1.1'; did you mean worth@1.10\? there is worth@1, w"
    ):
        load_policy("worth@1.1")


@pytest.mark.parametrize(
    ("code", "target", "told"),
    [
        ("import nothing_called_so\n", "X", "raised ModuleNotFoundError: No module named 'nothing_called_so'"),
        ("def broken(:\n", "X", "raised SyntaxError: "),
        ("raise SystemExit(3)\n", "X", "it raised SystemExit: 3; mend it or uninstall it"),
        ("raise ValueError('\\x1b[31m two\\nlines')\n", "X", "raised ValueError: ␛[31m two lines"),
        ("", "X", "raised AttributeError: "),
        ("X = 3\n", "X", "bad_policy:X is an int, not a memview.policies.PolicyPlugin; make it one"),
        ("def X(): return None\n", "X", "is a NoneType, not a memview.policies.PolicyPlugin"),
        ("def X(): raise KeyError('no')\n", "X", "raised KeyError: 'no'"),
        (GOOD + "X = Worth\n", "X", "is a Worth, not a memview.policies.PolicyPlugin"),
        (GOOD + "X = PolicyPlugin('lru')\n", "X", "its policy is a str, not a memview.policies.PolicySpec"),
        (GOOD + "X = PolicyPlugin(spec('lru', '9'), Worth)\n", "X", "lru is the name of a shipped policy; rename it"),
        (GOOD + "X = PolicyPlugin(spec('../up'), Worth)\n", "X", "policy.name: "),
        (GOOD + "X = PolicyPlugin(spec(None), Worth)\n", "X", "policy.name: "),
        (GOOD + "X = PolicyPlugin(spec(version='new'), Worth)\n", "X", "policy.version: "),
        (GOOD + "X = PolicyPlugin(spec(top_k=0), Worth)\n", "X", "policy.top_k: "),
        (GOOD + "X = PolicyPlugin(spec(promote_if='__import__(1)'), Worth)\n", "X", "policy.promote_if: "),
        (GOOD + "X = PolicyPlugin(spec(promote_if='9 ** 9 ** 9'), Worth)\n", "X", "policy.promote_if: "),
        (GOOD + "X = PolicyPlugin(spec(parameters=3), Worth)\n", "X", "policy.parameters: "),
        (GOOD + "X = PolicyPlugin(spec(parameters={'w': 3}), Worth)\n", "X",
         "policy.parameters.w: unknown; worth@1 takes weight"),
        (GOOD + "X = PolicyPlugin(spec(eviction='lrru'))\n", "X", "unknown algorithm 'lrru'; did you mean lru?"),
        (GOOD + "X = PolicyPlugin(spec(), eviction='lru')\n", "X", "its eviction is a str, not a class; give the"),
        (GOOD + "X = PolicyPlugin(spec(), eviction=dict)\n", "X", "dict has no observe, "),
        (GOOD + "X = PolicyPlugin(spec(), compaction=dict)\n", "X", "dict has no compact; derive it from "),
    ],
    ids=count(),
)  # fmt: skip
def test_a_plugin_that_cannot_be_used_is_left_out(installed: Installed, code: str, target: str, told: str) -> None:
    installed("bad_policy", code, {"poor": f"bad_policy:{target}"})
    installed("good_policies", GOOD, {"worth": "good_policies:WORTH"})
    assert "worth@1" in [spec.label for spec in policy_catalogue()]
    (problem,) = plugin_problems()
    assert problem.startswith("plugin 'poor' of bad_policy 1.0 left out: ")
    assert told in problem
    assert problem.isprintable()
    with pytest.raises(PolicyError) as caught:
        load_policy("poor")
    assert str(caught.value).endswith(problem)


def test_two_plugins_with_one_label(installed: Installed) -> None:
    installed("first_one", GOOD, {"a": "first_one:WORTH"})
    installed("second_one", GOOD, {"b": "second_one:WORTH"})
    assert [spec.label for spec in policy_catalogue()].count("worth@1") == 1
    (problem,) = plugin_problems()
    assert "worth@1 is already that of plugin 'a' of first_one 1.0; rename one of them" in problem


FAULTS = """
from memview.kernel.protocols import Page, Victim
from memview.policies import PolicyPlugin, PolicySpec, ScoredEviction

class Faulty(ScoredEviction):
    {fault}

FAULTY = PolicyPlugin(PolicySpec("faulty", "1", summary="x"), eviction=Faulty)
"""
FIRST = "next(iter(self), None) and Victim(next(iter(self))"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("def __init__(self): 1 / 0", "raised ZeroDivisionError: division by zero when it was made"),
        ("def score(self, page, turn): return 1 / (page.tokens * 0)", "raised ZeroDivisionError: "),
        ("def score(self, page, turn): return 'much'", "raised ValueError: could not convert string"),
        ("def score(self, page, turn): return float('nan')", "is nan, not a finite number"),
        ("pass", "raised NotImplementedError: Faulty has no score(page, turn)"),
        ("def score(self, page, turn): raise SystemExit", "raised SystemExit in victim at turn "),
        ("def score(self, page, turn): return self.score(page, turn)", "raised RecursionError: "),
        ("def victim(self, may_leave, turn): return None", "victim answered None although pages may leave, at turn "),
        ("def victim(self, may_leave, turn): return 'me'", "victim answered 'me', not a Victim"),
        ("def victim(self, may_leave, turn): return Victim(None, 's', 0, None, '')", "not in the core"),
        ("def victim(self, may_leave, turn): return Victim(Page(99, 'x', 1, 1, 'k', False, 1, 1), 's', 0, None, '')",
         "victim named x, which is not in the core"),
        (f"def victim(self, may_leave, turn): return {FIRST}, 's', float('inf'), None, '')",
         "gave inf as value or threshold, not a finite number"),
        (f"def victim(self, may_leave, turn): return {FIRST}, 's', 0.0, 'x', '')", "gave 'x' as value or thre"),
        (f"def victim(self, may_leave, turn): return {FIRST}, 's', 0.0, None, '{{page.__class__}}')",
         "its braces may hold value, turns, times, threshold, other, count"),
        (f"def victim(self, may_leave, turn): return {FIRST}, 's', 0.0, None, 3)", "gave 3 as reason, not text"),
        (f"def victim(self, may_leave, turn): return {FIRST}, 3, 0.0, None, '')", "gave a signal that is no te"),
        (f"def victim(self, may_leave, turn): return {FIRST}, 's', 0.0, None, '', 'x')", "as runner_up, not"),
        ("def touch(self, page, turn): raise KeyError(page.memory_id)", "raised KeyError: 'kiwi"),
        ("def largest(self): return 'all'", "largest answered 'all', not a number of tokens or None"),
        ("def admit(self, page, turn): raise OSError(28, 'No space left')", "raised OSError: [Errno 28] No space left"),
        ("def __deepcopy__(self, memo): raise TypeError('cannot pickle')", "raised TypeError: cannot pickle when"),
    ],
    ids=count(),
)  # fmt: skip
def test_a_fault_in_the_middle_of_a_replay_is_one_line(installed: Installed, fault: str, told: str) -> None:
    if "def score" not in fault and fault != "pass":
        fault += "\n    def score(self, page, turn): return page.importance"
    installed("faulty_policy", FAULTS.format(fault=fault), {"faulty": "faulty_policy:FAULTY"})
    with pytest.raises(MemviewError) as caught:
        copy.deepcopy(replayed("faulty")._kernel.pager.eviction)
    message = str(caught.value)
    assert message.startswith("policy faulty@1 (plugin 'faulty' of faulty_policy 1.0)")
    assert told in message
    assert message.isprintable()


def test_a_page_that_may_not_leave_is_refused_as_victim() -> None:
    class First(ScoredEviction):
        def victim(self, may_leave: object, turn: int) -> Victim:
            return Victim(next(iter(self)), "s", 0.0, None, "")

    guarded = GuardedEviction(First(), "policy x")
    for item in (1, 2):
        guarded.admit(Page(item, f"m{item}", 1, 0.5, "fact", False, 1, 1), 1)
    with pytest.raises(PolicyError, match="victim named m1, which may not leave this turn, at turn 2"):
        guarded.victim(lambda page: page.item == 2, 2)
    assert guarded.victim(lambda page: True, 2).page.item == 1  # type: ignore[union-attr]


def test_a_copy_of_a_guarded_policy_goes_its_own_way() -> None:
    class ByItem(ScoredEviction):
        def score(self, page: Page, turn: int) -> float:
            return page.item

    guarded = GuardedEviction(ByItem(), "policy x")
    pages = [Page(item, f"m{item}", 1, 0.5, "fact", False, 1, 1) for item in (1, 2)]
    for page in pages:
        guarded.admit(page, 1)
    twin = copy.deepcopy(guarded)
    victim = twin.victim(lambda page: True, 2)
    assert victim is not None
    assert victim.page is not pages[0]
    twin.evict(victim, 2)
    assert guarded.victim(lambda page: True, 2).page is pages[0]  # type: ignore[union-attr]
    guarded.remove(pages[0])
    assert guarded.victim(lambda page: True, 3).page is pages[1]  # type: ignore[union-attr]
    assert guarded.victim(lambda page: False, 3) is None


COMPACTS = """
from memview.kernel.window import CompactionOutcome
from memview.model.compaction_spec import CompactionSpec
from memview.policies import PolicyPlugin, PolicySpec

class Halve:
    def __init__(self, share=0.5):
        self.share = share

    def compact(self, view):
        {body}

HALVE = PolicyPlugin(
    PolicySpec("halve", "1", summary="x", compaction=CompactionSpec("", {{"share": 0.25}})), compaction=Halve
)
"""
VIEW = WindowView(tuple(WindowMessage(item, "user", 5, "x") for item in range(4)), 10, turn=7)


def test_a_plugin_may_bring_a_compaction(installed: Installed) -> None:
    body = "return [CompactionOutcome('tokens', self.share, 1.0, 'full', evicted=(1,))]"
    installed("halving", COMPACTS.format(body=body), {"halve": "halving:HALVE"})
    spec = load_policy("halve")
    assert spec.compaction == CompactionSpec("halve@1", {"share": 0.25})
    compaction = copy.deepcopy(registry.create_compaction(spec))
    assert compaction is not None
    assert compaction.compact(VIEW) == [CompactionOutcome("tokens", 0.25, 1.0, "full", evicted=(1,))]
    chat = [{"role": role, "content": role, "tokens": 5} for role in ("system", "user", "assistant", "user")]
    compacted = spec.compact(chat, window=100)
    assert compacted.triggered
    assert list(compacted.evicted) == chat[1:2]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("1 / 0", "raised ZeroDivisionError: division by zero in compact at turn 7"),
        ("return None", "compact answered an object of type NoneType, not a list of CompactionOutcome, at turn 7"),
        ("return [3]", "not a list of CompactionOutcome"),
        ("return [CompactionOutcome('s', 1, 1, '', evicted=(0,))]", "named a message outside 1 to 3 of the window"),
        ("return [CompactionOutcome('s', 1, 1, '', replaced=((9, ''),))]", "named a message outside 1 to 3"),
        ("return [CompactionOutcome('s', float('nan'), 1, '')]", "gave a value or threshold that is not a finite"),
    ],
)
def test_a_compaction_is_not_believed_either(installed: Installed, answer: str, told: str) -> None:
    installed("halving", COMPACTS.format(body=answer), {"halve": "halving:HALVE"})
    compaction = registry.create_compaction(load_policy("halve"))
    assert isinstance(compaction, GuardedCompaction)
    with pytest.raises(PolicyError) as caught:
        compaction.compact(VIEW)
    assert str(caught.value).startswith("policy halve@1 (plugin 'halve' of halving 1.0)")
    assert told in str(caught.value)


def test_nothing_is_looked_for_before_somebody_asks() -> None:
    code = """
import memview.policies as policies
from memview.kernel.workload import Workload
from memview.model.session import Session
from memview.replay import Replay
Replay(Workload(Session("s")), policies.load_policy("lru")).run()
assert policies.registry._plugins.cache_info().currsize == 0
policies.policy_catalogue()
assert policies.registry._plugins.cache_info().currsize == 1
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_shipped_policies_are_not_guarded() -> None:
    assert not isinstance(Replay(Workload(story()), load_policy("lru"))._kernel.pager.eviction, GuardedEviction)


def test_a_policy_made_in_code_needs_no_plugin() -> None:
    replay = Replay(Workload(story()), PolicySpec("mine", "1", eviction="lru")).run()
    assert replay.metrics["evictions"] > 0
