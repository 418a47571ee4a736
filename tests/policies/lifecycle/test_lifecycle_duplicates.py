"""Which notes are merged, into which, and which never are however alike they look."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifecycle_notes import ATTACKS, archives, note

from memview.model.memory import TRUST_CLASSES, Citation, Memory
from memview.policies.lifecycle.boundaries import is_trusted, with_lineage
from memview.policies.lifecycle.duplicates import MOST_COMPARED, Effort, find_duplicates
from memview.policies.lifecycle.standing import COLD, Standing, current

LONG = "User prefers window seats on long flights with the family in summer"


@pytest.mark.parametrize(
    ("one", "other", "similarity"),
    [
        ("User likes tea.", "user  likes TEA", 1.0),
        ("It's “fine”", 'it’s "fine".', 1.0),
        ("User likes green tea", "User really likes the green tea", 1.0),
        ("User likes green teas in bed", "User like green tea in bed", 1.0),
        (LONG, f"{LONG} holidays", 0.916666667),
        ("User's favorite neighbor is Bob", "User's favourite neighbour is Bob", 1.0),
    ],
)
def test_what_is_merged(one: str, other: str, similarity: float) -> None:
    (merge,) = find_duplicates([note("a", one), note("b", other)], 0.8)
    kept = "b" if similarity < 1 else "a"
    assert (merge.kept, merge.similarity) == (kept, similarity)
    assert {merge.kept, *merge.merged_ids} == {"a", "b"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, LONG.replace("window", "aisle")),
        (LONG, LONG.replace("prefers", "does not prefer")),
        ("User wants to go from Oslo to Rome by train", "User wants to go from Rome to Oslo by train"),
        (
            "User runs 5 km each morning before breakfast at home",
            "User runs 6 km each morning before breakfast at home",
        ),
        ("User writes C at work and at home every day", "User writes C++ at work and at home every day"),
        ("User likes to eat rice with raw fish at home", "User's sister likes to eat rice with raw fish at home"),
        ("User likes to eat rice with raw fish at home", "User maybe likes to eat rice with raw fish at home"),
        ("我喜欢喝绿茶", "我不喜欢喝绿茶"),
        ("", ""),
        ("User likes tea", "User likes coffee"),
    ],
)
def test_what_looks_alike_and_is_not(one: str, other: str) -> None:
    assert find_duplicates([note("a", one), note("b", other)], 0.5) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"agent": "ada"}),
        ({}, {"readers": ("bob",)}),
        ({}, {"tier": "shared"}),
        ({}, {"kind": "rule"}),
        ({}, {"quarantined": True}),
        ({"sensitivity": "credential"}, {"sensitivity": "credential"}),
        ({"kind": "episode"}, {"kind": "episode"}),
        ({"kind": "message"}, {"kind": "message"}),
        ({}, {"trust": "document"}),
        ({"pinned": True}, {"pinned": True}),
        ({"pinned": True}, {"trust": "model"}),
        ({}, {"valid_until": "2024-01-01"}),
        ({}, {"trust": "user", "derived_from": ("page",)}),
    ],
)
def test_boundaries_that_no_merge_crosses(one: dict[str, object], other: dict[str, object]) -> None:
    page = note("page", "a web page", trust="document")
    assert find_duplicates([note("a", LONG, **one), note("b", LONG, **other), page], 0.8) == []


def test_who_is_kept() -> None:
    longer = f"{LONG} holidays"
    notes = [note("a", LONG), note("b", LONG), note("c", longer)]
    assert [merge[:2] for merge in find_duplicates(notes, 0.8)] == [("c", ("a", "b"))]
    assert [merge[:2] for merge in find_duplicates(notes, 0.8, core=["b"])] == [("b", ("a", "c"))]
    assert [merge[:2] for merge in find_duplicates(notes, 0.8, apart=["c"])] == [("a", ("b",))]
    assert [merge.kept for merge in find_duplicates(notes, 0.8, arrivals={"a": 2, "b": 1, "c": 9})] == ["c"]
    assert [merge[:2] for merge in find_duplicates(notes, 1.0, arrivals={"a": 2, "b": 1})] == [("b", ("a",))]
    pinned = [note("z", LONG, pinned=True), *notes]
    assert [(merge.kept, sorted(merge.merged_ids)) for merge in find_duplicates(pinned, 0.8)] == [
        ("z", ["a", "b", "c"])
    ]


def test_trust_is_the_lowest_and_citations_are_united() -> None:
    said = note("a", LONG, citation=Citation(), importance=0.3, tags=("x",), valid_from="2024-01-01")
    guessed = note(
        "b", LONG, trust="model", citation=Citation("s", "t4"), importance=0.8, tags=("y",), valid_from="2023-01-01"
    )
    (merge,) = find_duplicates([said, guessed], 0.8)
    assert merge.trust == "model"
    (row,) = current([said, guessed], {"b": Standing(place=COLD, merged_into="a")})
    assert (row.memory_id, row.trust, row.importance, row.tags) == ("a", "model", 0.8, ("x", "y"))
    assert (row.citation, row.derived_from, row.valid_from) == (Citation("s", "t4"), ("b",), "2023-01-01")


@pytest.mark.parametrize("threshold", [0, -1, 1.1, float("nan")])
def test_a_threshold_is_a_share(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        find_duplicates([], threshold)


def test_two_memories_with_one_id_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="one id"):
        find_duplicates([note("a", "x"), note("a", "y")], 0.8)


@pytest.mark.parametrize("text", ATTACKS)
def test_hostile_texts_are_merged_with_their_copies_or_not_at_all(text: str) -> None:
    for merge in find_duplicates([note("a", text), note("b", text), note("c", "Name: Bob")], 0.5):
        assert {merge.kept, *merge.merged_ids} == {"a", "b"}


@given(archives(), st.sampled_from((0.3, 0.8, 1.0)))
def test_merging_is_orderless_idempotent_and_never_lifts_trust(memories: list[Memory], threshold: float) -> None:
    merges = find_duplicates(memories, threshold)
    assert find_duplicates(memories[::-1], threshold) == merges
    named = {memory.memory_id: memory for memory in memories}
    gone = [name for merge in merges for name in merge.merged_ids]
    assert len(set(gone)) == len(gone)
    assert not set(gone) & {merge.kept for merge in merges}
    standings = {name: Standing(COLD, merged_into=merge.kept) for merge in merges for name in merge.merged_ids}
    assert find_duplicates(current(with_lineage(memories), standings), threshold) == []
    for merge in merges:
        members = [named[merge.kept], *(named[name] for name in merge.merged_ids)]
        assert all(TRUST_CLASSES.index(merge.trust) <= TRUST_CLASSES.index(each.trust) for each in members)
        assert not any(each.quarantined or each.is_sensitive for each in members)
        assert not any(named[name].pinned for name in merge.merged_ids)
        assert len({(each.agent, each.readers, each.tier == "shared", each.kind) for each in members}) == 1
        if is_trusted(merge.trust):
            assert all(is_trusted(each.trust) for each in members)


@pytest.mark.parametrize("count", [2_500, 10_000])
@pytest.mark.parametrize(
    "pattern",
    [
        "Person{n} likes to drink green tea in the garden behind the old house with friends",
        "User likes to drink green tea in the garden behind the old house with friend w{n}",
        "User likes to drink green tea in the garden behind the old house with {n} friends",
        "User likes to drink tea {w}",
    ],
)
def test_work_grows_with_the_number_of_memories_alone(pattern: str, count: int) -> None:
    words = ("ka", "lo", "mi", "nu", "pe", "ra", "si", "to", "vu", "ze")
    memories = [
        note(f"m{n}", pattern.format(n=n, w="".join(words[int(digit)] for digit in str(n)))) for n in range(count)
    ]
    effort = Effort()
    find_duplicates(memories, 0.8, effort=effort)
    assert effort.comparisons <= MOST_COMPARED * count


def test_memories_without_a_rare_word_in_common_are_not_compared() -> None:
    effort = Effort()
    names = ["".join("abcdefghij"[int(digit)] for digit in str(n)) for n in range(8_000)]
    memories = [
        note(f"m{n}", f"User keeps bees near lake {names[n // 8]} beside hut {names[n % 8]}") for n in range(8_000)
    ]
    find_duplicates(memories, 0.9, effort=effort)
    assert 0 < effort.comparisons <= 4 * len(memories)
