"""Wrong input, from policy files and from callers: one line that says what, where, and how to mend it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from compaction_chats import S2, chat, compact, ids

from memview.model.errors import PolicyError
from memview.policies import load_policy
from memview.policies.compaction.on_messages import Message


def refusal(directory: Path, compaction: object) -> str:
    path = directory / "mine.yaml"
    path.write_text(json.dumps({"policy": {"name": "mine", "compaction": compaction}}), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(str(path))
    message = str(caught.value)
    assert message.startswith(f"{path}: policy.compaction")
    assert message.isprintable(), "one printable line"
    return message.removeprefix(f"{path}: policy.compaction")


@pytest.mark.parametrize(
    ("compaction", "said"),
    [
        ({"algoritm": "window"}, ".algoritm: unknown key; did you mean 'algorithm'?"),
        ({"algorithm": "windoww"}, ".algorithm: unknown algorithm 'windoww'; did you mean window?"),
        ({"algorithm": "prune then zzz"}, ".algorithm: unknown algorithm 'zzz'; known: window, "),
        ({"algorithm": "win dow"}, ".algorithm: string should match pattern"),
        ({"settings": {"triger_share": 1}}, ".settings.triger_share: unknown setting; did you mean trigger_share?"),
        ({"settings": {"evict_share": 1}}, ".settings.evict_share: unknown setting; the parts chosen here take "),
        ({"settings": {"measure": "token"}}, ".settings.measure: unknown measure 'token'; did you mean prompt-tokens?"),
        ({"settings": {"select": 3}}, ".settings.select: unknown select '3'; known: "),
        ({"settings": {"select": "\u202eevil"}}, ".settings.select: unknown select"),
        (
            {"settings": {"destination": "nowere"}},
            ".settings.destination: unknown destination 'nowere'; did you mean n",
        ),
        ({"settings": {"trigger_share": "all"}}, ".settings.trigger_share: expected a number, found 'all'"),
        ({"settings": {"trigger_share": True}}, ".settings.trigger_share: expected a number, found 'True'"),
        ({"settings": {"trigger_share": -1}}, ".settings.trigger_share: expected a number from 0 to 10, found -1"),
        ({"settings": {"keep_last": 1.5}}, ".settings.keep_last: expected a whole number, found '1.5'"),
        (
            {"settings": {"transform": "summary", "summariser": "gpt"}},
            ".settings.summariser: 'gpt' is unknown; known: extractive@1",
        ),
        ({"settings": {"keep_last": [1]}}, ".settings.keep_last"),
        ({"settings": []}, ".settings: "),
        ([], ": expected a mapping"),
    ],
)
def test_wrong_sections_are_refused(tmp_path: Path, compaction: object, said: str) -> None:
    message = refusal(tmp_path, compaction)
    assert message.startswith(said), message


def test_a_policy_of_ones_own_compacts(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "policy:\n  compaction:\n    settings: {trigger: over-count, trigger_count: 4, measure: messages,"
        " select: newest-messages, keep_newest: 2}\n"
    )
    policy = load_policy(str(path))
    assert ids(policy.compact(chat("uaua"), window=1000).kept) == [0, 1, 2, 3, 4]
    assert ids(policy.compact(chat("uauau"), window=1000).kept) == [0, 4, 5]


@pytest.mark.parametrize(
    ("messages", "window", "said"),
    [
        ([], 1000, "messages: there are none; the first has to be the system prompt"),
        (None, 1000, "messages: expected a list of messages, found None"),
        ("hello", 1000, "messages: expected a list of messages, found 'hello'"),
        ([3], 1000, "messages[0]: expected a mapping with role and content, found 3"),
        ([{"content": "x"}], 1000, "messages[0].role: expected user, assistant, tool or system, found None"),
        ([{"role": "user", "content": "x"}], 1000, "messages[0].role: expected system, found 'user'"),
        (chat("u", tokens=-1), 1000, "messages[1].tokens: expected a whole number from 0 to 10**12, found -1"),
        ([{"role": "system", "tokens": 1.5}], 1000, "messages[0].tokens: expected a whole number from 0 to 10**12"),
        ([{"role": "system", "tokens": True}], 1000, "messages[0].tokens: expected a whole number from 0 to 10**12"),
        ([{"role": "system", "tokens": 10**99}], 1000, "messages[0].tokens: expected a whole number from 0 to 10**12"),
        ([{"role": "system", "content": 3}], 1000, "messages[0].content: expected text, a list of parts or null"),
        (S2, 0, "window: expected tokens, a whole number above 0, found 0"),
        (S2, -5, "window: expected tokens, a whole number above 0, found -5"),
        (S2, 1e9, "window: expected tokens, a whole number above 0, found 1000000000.0"),
        (S2, 399, "window: 399 tokens cannot hold the system prompt of 400; give a larger one"),
    ],
)
def test_wrong_messages_and_windows_are_refused(messages: list[Message], window: int, said: str) -> None:
    for policy in ("memgpt@0.3.25", "lru"):
        with pytest.raises(PolicyError) as caught:
            compact(policy, messages, window)
        message = str(caught.value)
        assert message.removeprefix(f"{load_policy(policy).label}: compact: ").startswith(said), message
        assert message.isprintable()


def test_what_messages_may_leave_out() -> None:
    messages: list[Message] = [
        {"role": "developer", "content": [{"type": "text", "text": "You help."}, "Well.", {"type": "image"}, 7]},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
        {"role": "function", "content": "word " * 500},
        {"role": "user"},
    ]
    result = compact("recent-only", messages, 100)
    assert result.evicted == messages[1:3]
    assert result.kept == [messages[0], messages[3]]
    summarised = compact("claude-compact", messages, 100)
    assert set(summarised.summary_sources) <= {1, 2, 3}, "without ids the indexes stand in"
    assert summarised.summary


def test_the_newest_version_goes_by_the_bare_name() -> None:
    assert load_policy("letta").label == "letta@0.16.8"
    assert load_policy("memgpt").label == "memgpt@0.3.25"
    assert load_policy("letta@0.7.6-as-coded").label == "letta@0.7.6-as-coded"
    with pytest.raises(PolicyError, match=r"letta@0\.7\.6-as-coded, letta@0\.7\.6-as-intended, letta@0\.8\.7"):
        load_policy("letta@2")
