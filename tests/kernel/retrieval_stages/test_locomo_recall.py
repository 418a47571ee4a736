"""What the shipped policy finds: on LoCoMo where it is on this machine, on a session of our own everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from building import memory, session, turn

from memview.kernel.retrieval.recall import recall_at, recall_within
from memview.kernel.workload import Workload
from memview.model.policy_spec import PolicySpec
from memview.model.session import Probe, Session
from memview.policies import load_policy
from memview.replay import Replay
from memview.sessions.importers import open_session

ANSWERABLE = frozenset("1234")
NAMES = ("conv-26", "conv-30", "conv-42")


def as_it_is(story: Session) -> Session:
    return story


def without(*kinds: str) -> Callable[[Session], Session]:
    """Sessions stripped of remembered memories of these kinds."""

    def stripped(story: Session) -> Session:
        kept = (replace(each, remember=tuple(m for m in each.remember if m.kind not in kinds)) for each in story.turns)
        return replace(story, turns=tuple(kept))

    return stripped


@pytest.fixture(scope="session")
def conversations(shared_data: Path) -> list[Session]:
    """The three conversations with the questions that have an answer."""
    found = [open_session(shared_data / "locomo" / f"{name}.json").session for name in NAMES]
    return [
        replace(story, probes=tuple(probe for probe in story.probes if probe.category in ANSWERABLE and probe.evidence))
        for story in found
    ]


@pytest.mark.parametrize(
    ("strip", "mean", "each"),
    [
        pytest.param(as_it_is, 0.81, 0.79, id="as-it-is"),
        pytest.param(without("fact"), 0.80, 0.77, id="without-observations"),
        pytest.param(without("fact", "summary"), 0.80, 0.77, id="dialogue-alone"),
    ],
)
def test_evidence_within_500_tokens(
    conversations: list[Session], strip: Callable[[Session], Session], mean: float, each: float
) -> None:
    best = load_policy("recall-first")
    recalls, asked = [], []
    for story in conversations:
        workload = Workload(strip(story))
        recall = recall_within(workload, best, 500)
        assert recall is not None
        assert recall > each
        # The window shows the last messages too, so a prompt holds at least as much.
        probed = Replay(workload, best, core_budget=0, retrieval_budget=500).run().metrics["probe_recall"]
        assert probed is not None
        assert probed > recall
        recalls.append(recall * len(story.probes))
        asked.append(len(story.probes))
    assert sum(recalls) / sum(asked) > mean


def test_each_stage_adds_something_to_the_ones_before(conversations: list[Session]) -> None:
    best = load_policy("recall-first")
    off = {"neighbours": 0.0, "cited": 0.0, "speaker_weight": 1.0, "date_weight": 1.0}
    stages: list[PolicySpec] = [
        replace(best, **{name: off[name] for name in list(off)[number:]}) for number in range(len(off) + 1)
    ]
    workloads = [Workload(story) for story in conversations]
    means = [sum(recall_within(workload, spec, 500) or 0.0 for workload in workloads) for spec in stages]
    assert means == sorted(set(means))


def own_story() -> Session:
    """Answers that repeat no word of their questions: found beside, by who said them, by when, by what cites them."""
    small = tuple(turn(n, f"filler{n} chatter{n}", tokens=30, at="2024-03-01T10:00:00") for n in range(20, 40))
    return session(
        turn(1, "Ann: which instrument do you practise?", tokens=30, at="2023-05-02T10:00:00"),
        turn(2, "Bob: the viola, every morning", tokens=30, at="2023-05-02T10:01:00"),
        turn(3, "Ann: I moved to the harbour", tokens=30, at="2023-08-02T10:00:00"),
        turn(4, "Bob: I moved to the hills", tokens=30, at="2023-11-02T10:00:00"),
        turn(
            5, "Ann: she was so small when we got her", tokens=30, at="2023-12-02T10:00:00",
            remember=(memory("obs", "Ann has a kitten", tokens=200, derived_from=("t5",)),),
        ),
        *small,
        probes=(
            Probe("beside", 25, "Which instrument is practised?", ("t2",)),
            Probe("who", 25, "Where has Bob moved to?", ("t4",)),
            Probe("when", 25, "Who moved in August 2023?", ("t3",)),
            Probe("cited", 25, "What about the kitten?", ("t5",)),
            Probe("nothing to find", 25, "violin", ()),
        ),
    )  # fmt: skip


def test_an_own_session_is_answered_within_two_messages_a_question() -> None:
    story = own_story()
    best = load_policy("recall-first")
    assert recall_within(Workload(story), best, 60) == 1.0
    assert recall_within(Workload(story), load_policy("lru"), 60) == 0.5
    assert recall_within(Workload(without("fact")(story)), best, 60) == 0.75


def test_what_does_not_fit_makes_room_for_what_comes_after_it() -> None:
    story = own_story()
    plain = replace(load_policy("lru"), min_score_ratio=0.0)
    big = replace(story, turns=(*story.turns[:2], replace(story.turns[2], tokens=500), *story.turns[3:]))
    assert recall_within(Workload(replace(big, probes=story.probes[1:2])), plain, 30) == 1.0


def test_recall_at_k_counts_places_and_says_nothing_without_evidence() -> None:
    story = own_story()
    workload = Workload(story)
    first = recall_at(workload, load_policy("recall-first"), 1)
    assert first is not None
    assert first < 1.0
    assert recall_at(workload, load_policy("recall-first"), 10) == 1.0
    assert recall_at(workload, replace(load_policy("lru"), retriever="overlap"), 10) == 0.5
    assert recall_at(Workload(replace(story, probes=())), load_policy("lru"), 10) is None
    assert recall_at(workload, load_policy("lru"), 10, categories={"9"}) is None
