"""What holds for every preset, whatever it is shown."""

from __future__ import annotations

import copy

import pytest
from compaction_chats import ids
from hypothesis import given
from hypothesis import strategies as st

from memview.kernel.window import Summary, WindowMessage, WindowView
from memview.policies import create_compaction, load_policy, policy_catalogue
from memview.policies.compaction.on_messages import Message
from memview.policies.compaction.parts import TOOL_ROLES

COMPACTING = [spec.label for spec in policy_catalogue() if spec.compaction is not None]
KEEPS_PAIRS = ["openhands@1", "inspect-ai-trim@1", "opencode@1", "codex@1", "letta@0.9.1", "letta@0.16.8"]
LETTERS = {"u": "user", "a": "assistant", "t": "tool"}
HUGE = 10**9

texts = st.one_of(
    st.sampled_from(["My name is Ada.", "I live in Oslo.", "Fix /etc/hosts, line 7!", "", "x" * 3000, "\n" * 200]),
    st.text(max_size=60),
)


@st.composite
def chats(draw: st.DrawFn, roles: str = "uat", most: int = 140) -> list[Message]:
    tokens = draw(st.sampled_from([0, 1, 100, 3000, 30_000]))
    letters = draw(st.text(alphabet=roles, max_size=40)) * draw(st.sampled_from([1, 1, 4]))
    messages: list[Message] = [{"role": "system", "content": "You help.", "tokens": 3, "id": 0}]
    for index, letter in enumerate(letters[:most], start=1):
        size = draw(st.sampled_from([tokens, tokens, tokens // 2, tokens * 7]))
        messages.append({"role": LETTERS[letter], "content": draw(texts), "tokens": size, "id": index})
    return messages


windows = st.sampled_from([3, 50, 1000, 8192, 128_000, 1_000_000])


def size(messages: list[Message]) -> int:
    return sum(int(str(message["tokens"])) for message in messages)


@pytest.mark.parametrize("label", COMPACTING)
@given(messages=chats(), window=windows)
def test_kept_and_evicted_are_the_messages(label: str, messages: list[Message], window: int) -> None:
    before = copy.deepcopy(messages)
    policy = load_policy(label)
    result = policy.compact(messages, window=window)
    assert messages == before, "the caller's messages are the caller's"
    assert result == policy.compact(messages, window=window), "deterministic, and nothing is remembered"
    assert result.kept[0] is messages[0]
    assert sorted([*ids(result.evicted), *ids(result.kept)], key=str) == sorted(ids(messages), key=str)
    for part in (result.evicted, result.kept):
        assert ids(part) == sorted(ids(part), key=lambda number: int(str(number)))
    assert size(result.kept) <= size(messages)
    assert set(result.summary_sources) <= set(ids(messages))
    if not result.triggered:
        assert result.kept == messages
        assert result.evicted == []
        assert result.summary is None
    elif size(result.evicted):
        assert size(result.kept) < size(messages)


@pytest.mark.parametrize("label", COMPACTING)
@given(messages=chats())
def test_nothing_happens_in_a_window_without_end(label: str, messages: list[Message]) -> None:
    few = [message for message in messages if message["role"] not in TOOL_ROLES][:9]
    result = load_policy(label).compact(few, window=HUGE)
    if size(few) < 2000:
        assert not result.triggered
        assert result.kept == few
        assert result.reason == result.warning == ""


@pytest.mark.parametrize("label", KEEPS_PAIRS)
@given(messages=chats(), window=windows)
def test_no_result_is_kept_without_its_call(label: str, messages: list[Message], window: int) -> None:
    kept = set(ids(load_policy(label).compact(messages, window=window).kept))
    caller = None
    for index, message in enumerate(messages):
        if message["role"] not in TOOL_ROLES:
            caller = index if message["role"] == "assistant" else None
        elif caller is not None and index in kept:
            assert caller in kept


@pytest.mark.parametrize("label", COMPACTING)
@given(messages=chats(), window=windows, outside=st.integers(0, 200_000))
def test_many_turns_with_a_summary_between(label: str, messages: list[Message], window: int, outside: int) -> None:
    spec = load_policy(label)
    compaction = create_compaction(spec)
    assert compaction is not None
    numbered = [
        WindowMessage(index - 1, str(each["role"]), int(str(each["tokens"])), str(each["content"]))
        for index, each in enumerate(messages)
    ]
    held: list[WindowMessage] = []
    summary: Summary | None = None
    for turn, message in enumerate(numbered[1:30], start=1):
        view = WindowView((numbered[0], *held, message), window, outside, summary, turn)
        twin = copy.deepcopy(compaction)
        outcomes = compaction.compact(view)
        assert outcomes == twin.compact(view), "a copy goes on as the original does"
        gone = {index for outcome in outcomes for index in outcome.evicted}
        shown = {index for outcome in outcomes for index, _ in outcome.replaced}
        assert gone.isdisjoint(shown)
        assert all(0 < index < len(view.messages) for index in gone | shown)
        assert all(outcome.reason.format(value=1.0, threshold=1.0) for outcome in outcomes)
        held = [each for index, each in enumerate(view.messages) if index not in gone and index > 0]
        summary = next((outcome.summary for outcome in outcomes if outcome.summary is not None), summary)
