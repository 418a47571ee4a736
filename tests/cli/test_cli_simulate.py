from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from cli_harness import Memview, Program

TRACE = b"# a trace\na 4\nb 3\na 4\nc 5\na 4\nb 3\n"
SHAPE = {
    "policy": "lru@1",
    "capacity": 8,
    "seed": 0,
    "requests": 6,
    "hits": 1,
    "misses": 5,
    "miss_ratio": 5 / 6,
    "size_misses": 19,
    "size_miss_ratio": 19 / 23,
}


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "trace.txt"
    path.write_bytes(TRACE)
    return path


def test_the_published_shape(memview: Memview, trace: Path) -> None:
    done = memview("simulate", trace, "--policy", "LRU", "--capacity", 8, "--json")
    assert (done.status, done.err) == (0, b"")
    assert done.json == SHAPE


def test_the_bitmap_is_added(memview: Memview, trace: Path) -> None:
    done = memview("simulate", trace, "--policy", "lru", "--capacity", 8, "--json", "--bitmap")
    assert done.json == {**SHAPE, "bitmap": "001000"}


def test_several_policies_are_a_list_in_their_order(memview: Memview, trace: Path) -> None:
    done = memview("simulate", trace, "--policy", "mru", "--policy", "lru", "--capacity", 8, "--json")
    assert [each["policy"] for each in done.json] == ["mru@1", "lru@1"]
    assert done.json[1] == SHAPE


def test_a_table_a_line_for_each_policy(memview: Memview, trace: Path) -> None:
    done = memview("simulate", trace, "--policy", "lru", "--policy", "belady", "--capacity", 8, "--bitmap")
    assert done.status == 0
    assert [line.split() for line in done.lines] == [
        ["6", "requests,", "capacity", "8"],
        [],
        ["policy", "hits", "misses", "miss", "ratio", "size", "misses", "size", "miss", "ratio"],
        ["lru@1", "1", "5", "0.8333", "19", "0.8261"],
        ["belady@1", "(offline)", "1", "5", "0.8333", "19", "0.8261"],
        [],
        "offline: knows the requests to come, which no running agent does".split(),
        [],
        ["lru@1:", "hits", "are", "1"],
        ["001000"],
        [],
        ["belady@1:", "hits", "are", "1"],
        ["001000"],
    ]
    assert b"\x1b" not in done.out


def test_a_packed_trace_gives_the_same(memview: Memview, trace: Path) -> None:
    packed = trace.with_suffix(".gz")
    packed.write_bytes(gzip.compress(TRACE, mtime=0))
    assert memview("simulate", packed, "--policy", "lru", "--capacity", 8, "--json").json == SHAPE


def test_a_policy_that_needs_pages(memview: Memview, trace: Path) -> None:
    done = memview("simulate", trace, "--policy", "importance-recency", "--capacity", 8, "--json")
    assert (done.json["policy"], done.json["hits"]) == ("importance-recency@1", 1)


def test_the_seed_is_given(memview: Memview, trace: Path) -> None:
    assert memview("simulate", trace, "--policy", "random", "--capacity", 8, "--seed", 3, "--json").json["seed"] == 3


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--policy", "lru", "--capacity", "0"), "0 is not in the range"),
        (("--policy", "lru", "--capacity", "-4"), "-4 is not in the range"),
        (("--policy", "lru", "--capacity", "many"), "'many' is not a valid integer"),
        (("--policy", "lru"), "give one of --capacity and --curve"),
        (("--capacity", "8"), "Missing option '--policy'"),
    ],
)
def test_wrong_usage(memview: Memview, trace: Path, arguments: tuple[str, ...], told: str) -> None:
    done = memview("simulate", trace, *arguments)
    assert done.status == 2
    assert told in done.error
    assert done.error.endswith("see `memview simulate --help`")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a 4\nb 0\n", ":2: the size is '0', not above 0; write the size in tokens, at least 1"),
        (b"a 4\nb -3\n", ":2: the size is '-3', not above 0"),
        (b"a\n", ":1: 'a' has no size"),
        (b"a b\n", ":1: the size 'b' is no whole number"),
        (b"", ": has no request; write `id size` lines"),
        (bytes(range(256)), ": is binary data or UTF-16"),
    ],
)
def test_a_bad_trace_is_one_line(memview: Memview, trace: Path, content: bytes, told: str) -> None:
    trace.write_bytes(content)
    done = memview("simulate", trace, "--policy", "lru", "--capacity", 8, "--json")
    assert done.status == 1
    assert done.error.startswith(f"{trace}{told}")


def test_a_trace_that_is_not_there(memview: Memview, trace: Path) -> None:
    done = memview("simulate", trace.with_name("tracee.txt"), "--policy", "lru", "--capacity", 8)
    assert (done.status, done.error) == (1, f"{trace.with_name('tracee.txt')}: no such file; did you mean trace.txt?")


def test_a_cache_larger_than_anything(memview: Memview, trace: Path) -> None:
    done = memview("simulate", trace, "--policy", "arc", "--capacity", 10**400)
    assert done.status == 1
    assert done.error.endswith("it counts size units, from 1 to 10**15")
    assert memview("simulate", trace, "--policy", "arc", "--capacity", 10**15, "--json").json["hits"] == 3


def test_an_unknown_policy_comes_first(memview: Memview) -> None:
    done = memview("simulate", "nowhere.txt", "--policy", "lru", "--policy", "gdfs", "--capacity", 8)
    assert done.status == 1
    assert done.error.startswith("unknown policy 'gdfs'; did you mean gdsf")


def test_any_hash_seed_gives_the_same(program: Program, trace: Path) -> None:
    trace.write_bytes(b"".join(b"m%d %d\n" % (turn * turn % 23, 1 + turn * turn % 23) for turn in range(200)))
    arguments = ["simulate", str(trace), "--capacity", "60", "--bitmap", "--json"]
    for policy in ("wtinylfu-tokens", "random", "lecar", "belady-size", "s3fifo-tokens"):
        arguments += ["--policy", policy]
    first, second = (program(*arguments, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first.status == 0
    assert first.out == second.out


def test_the_optimum_beside_the_policy(memview: Memview, trace: Path) -> None:
    done = memview("simulate", trace, "--policy", "lru", "--capacity", 8, "--optimum", "--json")
    assert done.json["optimum"] == {"certified": {"forced": 4, "bypass": 3}, "achieved": {"forced": 4, "bypass": 3}}
    told = memview("simulate", trace, "--policy", "lru", "--capacity", 8, "--optimum").lines
    assert any(line.startswith("no policy can miss less (bypass)") for line in told)


def test_the_curve_lies_above_the_edges(memview: Memview, trace: Path) -> None:
    done = memview("simulate", trace, "--policy", "lru", "--policy", "fifo", "--curve", "4,8,12", "--json")
    assert [point["capacity"] for point in done.json] == [4, 8, 12]
    for point in done.json:
        assert point["certified"] <= point["achieved"] <= min(point["policies"].values())
    assert len(memview("simulate", trace, "--policy", "lru", "--curve", "4,8").lines) == 7


@pytest.mark.parametrize("options", [[], ["--capacity", 8, "--curve", "8"], ["--curve", "8,-1"], ["--curve", "x"]])
def test_one_capacity_or_a_list_of_them(memview: Memview, trace: Path, options: list[object]) -> None:
    assert memview("simulate", trace, "--policy", "lru", *options).status == 2


def test_no_optimum_where_an_id_has_two_sizes(memview: Memview, tmp_path: Path) -> None:
    trace = tmp_path / "edited.txt"
    trace.write_text("a 4\na 5\n")
    done = memview("simulate", trace, "--policy", "lru", "--capacity", 8, "--optimum")
    assert (done.status, done.out) == (1, b"")
    assert "give every size of an id an id of its own" in done.error
