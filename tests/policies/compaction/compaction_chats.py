"""Chats of known shape, and ways to look at what a policy did with them."""

from __future__ import annotations

from memview.policies import load_policy
from memview.policies.compaction.on_messages import Compacted, Message


def chat(roles: str, tokens: int = 100, system: int = 400, last: int | None = None) -> list[Message]:
    """A system prompt and a message for each letter: `u`ser, `a`ssistant, `t`ool; ids are the indexes."""
    names = {"u": "user", "a": "assistant", "t": "tool"}
    messages: list[dict[str, object]] = [{"role": "system", "content": "You help.", "tokens": system, "id": 0}]
    for index, letter in enumerate(roles, start=1):
        content = f"Ticket {index} is about the {names[letter]} port {9000 + index}."
        messages.append({"role": names[letter], "content": content, "tokens": tokens, "id": index})
    if last is not None:
        messages[-1]["tokens"] = last
    return list(messages)


S1 = chat("uat" * 13 + "u")
S2 = chat("ua" * 20)
S3 = chat("ua" * 20, tokens=50, last=3000)


def compact(policy: str, messages: list[Message], window: int) -> Compacted:
    return load_policy(policy).compact(messages, window=window)


def ids(messages: list[Message]) -> list[object]:
    return [message["id"] for message in messages]


def kept(policy: str, messages: list[Message], window: int) -> list[object]:
    """The ids of what is kept behind the system prompt."""
    return ids(compact(policy, messages, window).kept)[1:]


def cutoff(result: Compacted) -> int:
    """The index at which what is kept starts, of a result that evicted a run from index 1 on."""
    assert ids(result.evicted) == list(range(1, len(result.evicted) + 1))
    return len(result.evicted) + 1
