"""The README is run: its commands, its snippets, its tables and its figures."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from memview.cli.main import run
from memview.kernel.protocols import Page, Victim
from memview.policies import load_policy
from memview.policies.eviction.queue import RecencyQueue, first_of_queue
from memview.policies.registry import shipped_policies
from memview.replay import replay_session
from memview.sessions.catalogue import find_session
from memview.sessions.reader import read_session
from memview.settings_schema import parse_settings
from memview.tui.actions import ACTIONS
from memview.tui.keymap import apply_keymap, show_keys

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_ci_runs_exactly_the_test_command_of_the_readme() -> None:
    command = re.search(r"^Test it:\n\n```sh\n(.*?)\n```", README, re.DOTALL | re.MULTILINE)
    ci = re.search(r"# test-command\n(.*?)\n# end", (ROOT / ".ci" / "run").read_text(), re.DOTALL)
    assert command is not None
    assert ci is not None
    assert command[1] == ci[1]


def test_every_linked_file_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_policies_table_names_every_policy() -> None:
    table = README[README.index("## Policies") : README.index("`memview policies` lists")]
    named = {load_policy(name).label for name in re.findall(r"`([\w@.-]+)`", table)}
    assert sorted(named) == sorted(spec.label for spec in shipped_policies())


@pytest.mark.parametrize("command", [line for line in README.splitlines() if line.startswith("memview compare")])
def test_the_comparison_of_the_readme_runs(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(command.partition("#")[0].split()[1:]) == 0
    assert "First divergence" in capfd.readouterr().out


def test_the_keys_table_tells_keys_of_the_action_table() -> None:
    table = README[README.index("## Keys") : README.index("Every action is also")]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE)[1:]
    assert len(rows) > 30
    assert set(rows) <= {(action.description, show_keys(action.keys)) for action in ACTIONS}


def test_every_key_is_in_the_document_of_keys() -> None:
    generator = runpy.run_path(str(ROOT / "docs" / "keys.py"))
    assert (ROOT / "docs" / "keys.md").read_text(encoding="utf-8") == generator["document"]()


def test_the_policy_file_of_the_readme_loads(tmp_path: Path) -> None:
    text = next(block for block in _blocks("yaml") if block.startswith("policy:"))
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    spec = load_policy(str(path))
    assert (spec.name, spec.eviction, spec.core_budget_tokens, spec.promote_if) == (
        "mine",
        "lru",
        600,
        "importance > 0.7",
    )


def test_the_settings_of_the_readme_are_valid() -> None:
    text = next(block for block in _blocks("yaml") if "keymap" in block)
    settings = parse_settings(text, Path("config.yaml"))
    assert (settings.theme, settings.policy, settings.budgets.core) == ("okabe-ito", "lru", 800)
    assert apply_keymap(settings.keymap).problems == ()


def test_the_example_policy_class_evicts_the_page_used_last() -> None:
    source = next(block for block in _blocks("python") if "class MostRecent" in block)
    names: dict[str, object] = {
        "Callable": Callable,
        "Page": Page,
        "RecencyQueue": RecencyQueue,
        "Victim": Victim,
        "first_of_queue": first_of_queue,
    }
    exec(compile("from __future__ import annotations\n" + source, "README.md", "exec"), names)
    mru = names["MostRecent"]()  # type: ignore[operator]
    pages = [Page(item, f"m{item}", 10, 0.5, "fact", False, 1, item) for item in range(3)]
    for page in pages:
        mru.admit(page, 1)
    mru.touch(pages[0], 4)
    assert mru.victim(lambda _: True, 5).page is pages[0]
    mru.remove(pages[0])
    assert mru.victim(lambda page: page is pages[1], 5).page is pages[1]
    assert mru.victim(lambda _: False, 5) is None


def test_the_transcript_of_run(capfd: pytest.CaptureFixture[str]) -> None:
    transcript = next(block for block in _blocks("console") if "Summarize" in block).splitlines()
    assert transcript[0] == '$ memos run --query "Summarize my preferences"'
    assert run(["run", "--query", "Summarize my preferences"]) == 0
    assert capfd.readouterr().out.splitlines() == transcript[1:]


def test_the_python_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    source = next(block for block in _blocks("python") if "import memview" in block)
    names: dict[str, object] = {}
    exec(compile(source, "README.md", "exec"), names)
    replay = names["replay"]
    assert replay.frame(12).core  # type: ignore[attr-defined]


def test_the_figures_of_the_tour() -> None:
    session = read_session(find_session("session_08")).session
    ratios = {name: replay_session(session, name).metrics["resident_hit_ratio"] for name in ("lru", "random")}
    lru, random = (f"{ratios[name]:.3f}".lstrip("0") for name in ("lru", "random"))
    assert f"`resident_hit_ratio` is {lru} under LRU and {random} under random eviction" in " ".join(README.split())


def test_the_smallest_budget_of_the_tour(capfd: pytest.CaptureFixture[str]) -> None:
    command = next(line.strip() for line in README.splitlines() if line.strip().startswith("memview explain"))
    assert run(command.split()[1:]) == 0
    told = re.search(r"above the present one that keeps it is (\d+) tokens", capfd.readouterr().out)
    assert told is not None
    assert f"FCT-00001 would have stayed with a core of {told[1]} tokens" in " ".join(README.split())
