"""Systems that keep facts: what each makes of what was said, and when."""

from __future__ import annotations

import copy

import pytest
from compaction_chats import chat, compact, cutoff, ids

from memview.kernel.window import CompactionOutcome, FactChange, WindowMessage, WindowView
from memview.policies import create_compaction, load_policy
from memview.policies.compaction.on_messages import Message
from memview.policies.compaction.pages import Pages

MOVES = ["My name is Ada Lovelace.", "I live in Oslo.", "I live in Oslo.", "I live in Bergen.", "What do you know?"]


def said(*texts: str, role: str = "user") -> list[Message]:
    system: list[Message] = [{"role": "system", "content": "You help.", "tokens": 10, "id": 0}]
    return [*system, *({"role": role, "content": text, "tokens": 10, "id": n} for n, text in enumerate(texts, start=1))]


def changes(policy: str, messages: list[Message]) -> list[tuple[str, str | None]]:
    facts = compact(policy, messages, 100_000).facts
    assert all(change.sources for change in facts), "a fact names its sources"
    return [(change.operation, change.replaces) for change in facts]


def test_mem0_v1_skips_what_it_knows_and_deletes_what_is_contradicted() -> None:
    assert changes("mem0@v1", said(*MOVES)) == [("add", None), ("add", None), ("delete", "I live in Oslo.")]
    facts = compact("mem0@v1", said(*MOVES), 100_000).facts
    assert [change.text for change in facts] == ["My name is Ada Lovelace.", "I live in Oslo.", "I live in Bergen."]
    assert [change.sources for change in facts] == [(1,), (2,), (4,)]


def test_mem0_v1_lets_a_richer_fact_update_and_claims_and_code_differ_from_v2() -> None:
    richer = said("I like old films.", "I like old films and jazz.", "Anything else?")
    assert changes("mem0@v1", richer)[-1] == ("update", "I like old films.")
    assert {operation for operation, _ in changes("mem0@v2", richer)} == {"add"}


def test_mem0_v2_only_adds() -> None:
    assert changes("mem0@v2", said(*MOVES)) == [("add", None)] * 3


def test_graphiti_ends_what_is_contradicted_and_evicts_nothing() -> None:
    result = compact("graphiti@1", said(*MOVES), 100)
    assert [change.operation for change in result.facts] == ["add", "add", "invalidate"]
    assert result.facts[-1].replaces == "I live in Oslo."
    assert result.evicted == []
    assert not result.triggered


@pytest.mark.parametrize("policy", ["mem0@v1", "mem0@v2", "graphiti@1"])
def test_neither_questions_nor_results_of_tools_are_facts(policy: str) -> None:
    assert changes(policy, said("My name is Ada Lovelace.", "And now?", role="tool")) == []
    assert changes(policy, said("Do I live in Oslo?", "Hm?")) == []
    assert changes(policy, said("My name is Ada Lovelace.")) == [], "what is asked now is read with the next turn"


@pytest.mark.parametrize("policy", ["mem0@v1", "mem0@v2"])
def test_mem0_keeps_ten_messages(policy: str) -> None:
    assert not compact(policy, chat("ua" * 5), 100_000).triggered
    result = compact(policy, chat("ua" * 6), 100_000)
    assert cutoff(result) == 3
    assert (result.summary, result.destination) == (None, "nowhere")


def test_a_message_is_read_once() -> None:
    compaction = create_compaction(load_policy("mem0@v2"))
    assert compaction is not None
    system = WindowMessage(-2, "system", 1, "You help.")
    first = WindowMessage(0, "user", 5, "My name is Ada Lovelace.")
    second = WindowMessage(1, "user", 5, "I live in Bergen.")
    question = WindowMessage(-1, "user", 5, "Who am I?")
    assert compaction.compact(WindowView((system, first), 1000)) == []
    read = compaction.compact(WindowView((system, first, second, question), 1000))
    assert [change.sources for outcome in read for change in outcome.facts] == [(0,), (1,)]
    assert compaction.compact(WindowView((system, first, second, question), 1000)) == []


def test_memoryos_keeps_ten_pages() -> None:
    assert not compact("memoryos@1", chat("uat" * 10 + "u"), 100_000).triggered, "the eleventh has no answer yet"
    result = compact("memoryos@1", chat("uat" * 11 + "u"), 100_000)
    assert cutoff(result) == 4
    assert result.destination == "recall"
    assert result.reason == "pages 11 > 10"


def on_one_subject(pages: int) -> list[Message]:
    """Pages on violins, with one fact each."""
    messages: list[Message] = [{"role": "system", "content": "You help.", "tokens": 10, "id": 0}]
    for number in range(pages):
        owned: Message = {"role": "user", "content": f"I own violin number {number}.", "id": 2 * number + 1}
        messages += [owned, {"role": "assistant", "content": "Good violin.", "id": 2 * number + 2}]
    return messages


@pytest.mark.parametrize(("policy", "hot"), [("memoryos@1", 4), ("memoryos-eval@1", 7)])
def test_memoryos_reads_a_session_for_facts_when_it_is_hot(policy: str, hot: int) -> None:
    # Heat: 1 x 4 + 1 = 5, as published; .8 x 7 + .0001 = 5.6 in the evaluation, where 6 pages make 4.8.
    cold = compact(policy, on_one_subject(10 + hot - 1), 100_000)
    assert len(cold.evicted) == 2 * (hot - 1)
    assert cold.facts == ()
    warm = compact(policy, on_one_subject(10 + hot), 100_000)
    assert [change.text for change in warm.facts] == [f"I own violin number {n}." for n in range(hot)]
    assert ids(warm.evicted) == list(range(1, 2 * hot + 1))


def paged(compaction: Pages, *texts: str) -> list[CompactionOutcome]:
    messages = [WindowMessage(index, "user", 5, text) for index, text in enumerate(texts)]
    return compaction.compact(WindowView((WindowMessage(-2, "system", 1, "You help."), *messages), 1000))


def test_pages_on_other_subjects_open_other_sessions() -> None:
    texts = [
        "I own a violin.",
        "I eat tomatoes daily.",
        "I own a violin.",
        "I eat tomatoes daily.",
        "Next?",
        "Question?",
    ]
    joined = paged(Pages(pages=1, heat_threshold=3), *texts)
    assert [change.text for change in joined[0].facts] == ["I own a violin.", "I eat tomatoes daily."]
    apart = paged(Pages(pages=1, heat_threshold=3, join_score=2.1), *texts)
    assert apart[0].facts == (), "no score is above 2"


def test_knowledge_is_a_queue() -> None:
    texts = [f"I own violin number {n}." for n in range(4)]
    (outcome,) = paged(Pages(pages=1, heat_threshold=1, knowledge=2), *texts, "Next?", "Question?")
    assert outcome.facts[-2:] == (
        FactChange("add", "I own violin number 3.", (3,)),
        FactChange("delete", "I own violin number 1.", (1,), "I own violin number 1."),
    )


def test_a_copy_of_pages_goes_its_own_way() -> None:
    compaction = Pages(pages=1, heat_threshold=3)
    paged(compaction, "I own a violin.", "Next?", "Question?")
    twin = copy.deepcopy(compaction)
    first = paged(twin, "I own a violin.", "Next?", "Question?")
    assert [change.text for change in first[0].facts] == ["I own a violin."]
    assert paged(compaction, "I own a violin.", "Next?", "Question?") == first
