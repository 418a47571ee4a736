"""The policy chooser with as many policies as there are: groups, narrowing, what is told of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import inspecting, settled, toasts
from holder import HOSTILE, Holder, shown
from textual.containers import Vertical
from textual.pilot import Pilot
from textual.widgets import Input

from memview import policies
from memview.model import PolicySpec
from memview.policies import registry
from memview.tui.dialogs.policy_choice import PolicyDialog
from memview.tui.widgets.row_list import RowList

SIZES = [(60, 20), (80, 24), (120, 40)]


def many() -> list[PolicySpec]:
    """Seventy policies of four families, as the catalogue gives them: by name."""
    specs = [
        PolicySpec("lru", "1", "eviction", summary="Least recently used leaves.", provenance="Belady 1966"),
        PolicySpec("slru", "1", "eviction", summary="Two LRU segments."),
        PolicySpec("belady", "1", "eviction", summary="Whoever is needed last leaves.", promote_if="rank <= 2"),
        PolicySpec("letta", "0.7.6-as-coded", "preset", summary="Letta as it was coded."),
        PolicySpec("letta", "0.16.8", "preset", summary="Letta with a sliding window."),
        PolicySpec("act-r", "1", "memory", summary="Activation by frequency and recency; LRU is a limit of it."),
        PolicySpec("hostile", "1", HOSTILE, summary=HOSTILE, provenance=HOSTILE),
    ]
    specs += [PolicySpec(f"stuffing-{number:02d}", "1", "eviction", summary="Fills the list.") for number in range(63)]
    return sorted(specs, key=lambda spec: spec.name)


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "policy_catalogue", many)
    monkeypatch.setattr(policies, "knows_the_future", lambda spec: spec.name == "belady")
    monkeypatch.setattr(policies, "plugin_problems", list)


async def ready(pilot: Pilot[None]) -> PolicyDialog:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    assert isinstance(pilot.app.screen, PolicyDialog)
    return pilot.app.screen


async def type_text(pilot: Pilot[None], text: str) -> None:
    pilot.app.screen.query_one(Input).value = text
    await pilot.pause()


def rows_shown(app: Holder) -> list[str]:
    area = app.screen.query_one(RowList).region
    lines = shown(app).splitlines()[area.y : area.bottom]
    return [line[area.x : area.right].rstrip() for line in lines]


async def test_policies_stand_under_their_family() -> None:
    app = Holder(PolicyDialog("act-r@1"))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot)
        await type_text(pilot, "r")
        found = [row.strip() for row in rows_shown(app)]
        assert found.index("memory · 1") < found.index("preset · 2")
        assert found[found.index("preset · 2") + 1].startswith("letta@0.7.6-as-coded")
        assert found[found.index("preset · 2") + 2].startswith("letta@0.16.8")


@pytest.mark.parametrize("size", SIZES)
async def test_the_policy_on_screen_is_under_the_cursor_and_its_heading_in_sight(size: tuple[int, int]) -> None:
    app = Holder(PolicyDialog("letta@0.16.8", ["lru@1"]))
    async with app.run_test(size=size) as pilot:
        dialog = await ready(pilot)
        assert dialog.highlighted is not None
        assert dialog.highlighted.label == "letta@0.16.8"
        assert any(row.startswith("› ● shown  letta@0.16.8") for row in rows_shown(app))
        words = " ".join(shown(app).replace("│", " ").split())
        assert "Letta with a sliding window. Eviction: importance-recency." in words
        await pilot.press("up", "up")
        assert dialog.highlighted.family == "memory"


@pytest.mark.parametrize("size", SIZES)
async def test_every_policy_can_be_reached_and_the_dialog_stays_inside(size: tuple[int, int]) -> None:
    app = Holder(PolicyDialog("stuffing-00@1"))
    async with app.run_test(size=size) as pilot:
        dialog = await ready(pilot)
        await pilot.press(*["pageup"] * 10)
        seen = []
        for _ in range(len(many())):
            assert dialog.highlighted is not None
            seen.append(dialog.highlighted.label)
            await pilot.press("down")
        assert sorted(seen) == sorted(spec.label for spec in many())
        box, hints = app.screen.query_one(Vertical).region, app.screen.query_one(".hints").region
        assert app.screen.region.contains_region(box)
        assert box.contains_region(hints)


@pytest.mark.parametrize(
    ("typed", "label"),
    [("lru", "lru@1"), ("LRU leaves", "lru@1"), ("slr", "slru@1"), ("letta", "letta@0.16.8"),
     ("0.16", "letta@0.16.8"), ("preset sliding", "letta@0.16.8"), ("future", "belady@1"), ("act-r", "act-r@1")],
)  # fmt: skip
async def test_typing_finds_by_name_before_all_else(typed: str, label: str) -> None:
    app = Holder(PolicyDialog("stuffing-00@1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await type_text(pilot, typed)
        await pilot.press("enter")
        assert [spec.label for spec in app.answers] == [label]  # type: ignore[attr-defined]


async def test_the_number_of_matches_is_told_while_narrowed() -> None:
    app = Holder(PolicyDialog("lru@1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        assert " of 70" not in shown(app)
        await type_text(pilot, "letta")
        assert "2 of 70" in shown(app)
        await type_text(pilot, "nothing like it")
        assert "0 of 70" in shown(app)
        assert "No policy is called so" in shown(app)
        await pilot.press("enter")
        assert app.answers == []
        await type_text(pilot, "")
        assert " of 70" not in shown(app)


@pytest.mark.parametrize("size", SIZES)
async def test_a_policy_that_knows_the_future_is_marked(size: tuple[int, int]) -> None:
    app = Holder(PolicyDialog("lru@1"))
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await type_text(pilot, "belady")
        (row,) = [row for row in rows_shown(app) if "belady@1" in row]
        assert "knows the future" in row
        words = " ".join(shown(app).replace("│", " ").split())
        assert "A yardstick for the others: no running agent can know what it knows." in words
        assert "Promotes if rank <= 2." in words
        await type_text(pilot, "slru")
        assert "knows the future" not in shown(app)


@pytest.mark.parametrize("size", SIZES)
async def test_a_plugin_left_out_is_told_in_one_line(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [f"plugin 'tidy' of tidy 1.0 left out: {HOSTILE}" + "long " * 40, "plugin 'other'"]
    monkeypatch.setattr(policies, "plugin_problems", lambda: problems)
    app = Holder(PolicyDialog("lru@1"))
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        assert "! plugin 'tidy' of tidy 1.0 left out: [@click" in shown(app)
        assert "\x1b" not in shown(app)
        box, hints = app.screen.query_one(Vertical).region, app.screen.query_one(".hints").region
        assert app.screen.region.contains_region(box)
        assert box.contains_region(hints)
        assert hints.height == 1


async def test_hostile_names_stay_text() -> None:
    app = Holder(PolicyDialog("hostile@1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        assert "[@click=app.quit]x[/] [red]y ␛[31m" in shown(app)
        assert "\x1b" not in shown(app)
        assert "\u202e" not in shown(app)


async def test_what_is_typed_before_the_list_is_there_narrows_it() -> None:
    app = Holder(PolicyDialog("lru@1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await type_text(pilot, "slru")
        dialog = await ready(pilot)
        assert dialog.highlighted is not None
        assert dialog.highlighted.label == "slru@1"


async def test_a_plugin_that_fails_in_the_middle_is_told_and_the_inspector_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
from memview.policies import PolicyPlugin, PolicySpec, ScoredEviction

class Tires(ScoredEviction):
    def touch(self, page, turn):
        if turn > 8:
            raise RuntimeError("too tired")

    def score(self, page, turn):
        return page.importance

TIRES = PolicyPlugin(PolicySpec("tires", "1", summary="x"), eviction=Tires)
"""
    monkeypatch.undo()
    (tmp_path / "tires.py").write_text(code, encoding="utf-8")
    metadata = tmp_path / "tires-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: tires\nVersion: 1\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[memview.policies]\ntires = tires:TIRES\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        registry._plugins.cache_clear()
        async with inspecting(policies=("tires", "lru")) as (pilot, inspector):
            assert "policy tires@1 (plugin 'tires' of tires 1) raised RuntimeError: too tired in touch" in toasts(pilot)
            assert inspector.replay is not None
            assert 0 < inspector.replay.computed < inspector.replay.turn_count
            assert inspector.busy == f"stopped after turn {inspector.replay.computed}"
            await pilot.press("tab")
            await settled(pilot)
            assert inspector.replay.is_complete
            assert inspector.busy == ""
    registry._plugins.cache_clear()
