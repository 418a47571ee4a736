"""Results kept between runs: found again only for the same question, and never trusted when they are broken."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from evaluating import story

from memview.evaluate.cache import ResultCache, cache_directory
from memview.evaluate.contender import Contender, engine_digest
from memview.evaluate.curve import BandPoint, CurvePoint
from memview.evaluate.findings import Inquiry, Kind, Question
from memview.evaluate.identity import Identity, key_of
from memview.evaluate.scoreboard import Score
from memview.kernel.workload import Workload
from memview.policies import load_policy
from memview.replay.budgets import BudgetOverrides

MINE: Identity = {"session": "s", "core": 1}


def files(directory: Path) -> list[Path]:
    return sorted((directory / "results").glob("*.json"))


def contender(policy: str = "lru", **changes: object) -> Contender:
    return replace(Contender(Workload(story()), load_policy(policy)), **changes)


def test_what_is_kept_is_found_for_the_same_question_only(tmp_path: Path) -> None:
    cache, point = ResultCache(tmp_path), CurvePoint(1, 1, 4, 2)
    cache.keep(MINE, point)
    assert ResultCache(tmp_path).find(MINE, CurvePoint) == point
    assert cache.find({**MINE, "core": 2}, CurvePoint) is None
    assert cache.find(MINE, BandPoint) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"identity":{},"value":{}}',
        b'{"identity":{"core":1,"session":"s"},"value":{"budget":"x"}}',
        b'{"identity":{"core":1,"session":"s"},"value":NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_broken_file_counts_as_absent_and_is_written_anew(tmp_path: Path, content: bytes) -> None:
    cache, point = ResultCache(tmp_path), CurvePoint(1, 1, 4, 2)
    cache.keep(MINE, point)
    files(tmp_path)[0].write_bytes(content)
    assert cache.find(MINE, CurvePoint) is None
    cache.keep(MINE, point)
    assert cache.find(MINE, CurvePoint) == point
    assert len(files(tmp_path)) == 1


def test_a_file_of_another_identity_under_this_name_is_not_believed(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.keep(MINE, CurvePoint(1, 1, 4, 2))
    path = files(tmp_path)[0]
    path.write_text(json.dumps({**json.loads(path.read_text()), "identity": {"session": "t", "core": 1}}))
    assert cache.find(MINE, CurvePoint) is None


def test_a_directory_that_cannot_be_written_keeps_nothing_and_complains_of_nothing(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.touch()
    cache = ResultCache(occupied)
    cache.keep(MINE, CurvePoint(1, 1, 4, 2))
    assert cache.find(MINE, CurvePoint) is None
    cache.trim()


def test_what_was_used_least_lately_goes_first(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path, most_bytes=10_000_000)
    for number in range(6):
        cache.keep({"core": number}, CurvePoint(number, 1, 4, 2))
        newest = max(files(tmp_path), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, ns=(number * 10**9, number * 10**9))
    size = sum(path.stat().st_size for path in files(tmp_path))
    assert cache.find({"core": 0}, CurvePoint) is not None
    ResultCache(tmp_path, most_bytes=size // 2).trim()
    kept = [number for number in range(6) if cache.find({"core": number}, CurvePoint)]
    assert kept == [0, 4, 5]


@pytest.mark.parametrize("kind", ["score", "profile", "point", "band"])
def test_an_answer_from_the_cache_is_the_answer(tmp_path: Path, kind: Kind) -> None:
    question = Question(kind, "lru", 30 if kind in ("point", "band") else None)
    computed = Inquiry(ResultCache(tmp_path)).answer(question, contender())

    def never(_: int) -> None:
        raise AssertionError("it replays")

    assert Inquiry(ResultCache(tmp_path)).answer(question, contender(), never) == computed
    assert len(files(tmp_path)) == 1


def test_everything_that_decides_is_part_of_the_identity() -> None:
    first = contender().identity("sha256:s")
    others = [
        contender("arc").identity("sha256:s"),
        contender().identity("sha256:t"),
        contender(seed=1).identity("sha256:s"),
        contender(overrides=BudgetOverrides(core=30)).identity("sha256:s"),
        contender(overrides=BudgetOverrides(window=900)).identity("sha256:s"),
        contender(overrides=BudgetOverrides(retrieval=9)).identity("sha256:s"),
    ]
    assert len({key_of(each) for each in (first, *others)}) == 7
    assert first["engine"] == engine_digest()


def test_what_a_plugin_decides_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = contender()
    assert ours.is_shipped
    assert not replace(ours, spec=replace(ours.spec, eviction="somebodys-own")).is_shipped
    monkeypatch.setattr(Contender, "is_shipped", False)
    assert isinstance(Inquiry(ResultCache(tmp_path)).answer(Question("score", "lru"), ours), Score)
    assert files(tmp_path) == []


def test_the_directory_can_be_named(tmp_path: Path) -> None:
    assert cache_directory({"MEMVIEW_CACHE": str(tmp_path)}) == tmp_path
    assert cache_directory({}).name == "memview"
