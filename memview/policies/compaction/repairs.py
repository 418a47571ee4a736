"""Repairs: where a system allows a cut. Each maps a wanted start of what is kept to one that is allowed."""

from __future__ import annotations

from collections.abc import Sequence

from memview.kernel.window import WindowMessage
from memview.policies.compaction.parts import TOOL_ROLES, calls_tool

_LANGCHAIN_SEARCH_RANGE = 5


def anywhere(messages: Sequence[WindowMessage], cutoff: int) -> int | None:  # noqa: ARG001
    """The cut stays where it is."""
    return cutoff


def after_user_and_results(messages: Sequence[WindowMessage], cutoff: int) -> int | None:
    """Past a message of the user's, once, then past results of tools (MemGPT)."""
    if cutoff < len(messages) and messages[cutoff].role == "user":
        cutoff += 1
    return after_results(messages, cutoff)


def after_results(messages: Sequence[WindowMessage], cutoff: int) -> int | None:
    """Past results of tools, so that what is kept starts with none."""
    while cutoff < len(messages) and messages[cutoff].role in TOOL_ROLES:
        cutoff += 1
    return cutoff


def after_one_result(messages: Sequence[WindowMessage], cutoff: int) -> int | None:
    """Past one result of a tool (Letta 0.8)."""
    return cutoff + 1 if cutoff < len(messages) and messages[cutoff].role == "tool" else cutoff


def next_user(messages: Sequence[WindowMessage], cutoff: int) -> int | None:
    """Forward to a message of the user's; past the end when there is none."""
    while cutoff < len(messages) and messages[cutoff].role != "user":
        cutoff += 1
    return cutoff


def next_assistant(messages: Sequence[WindowMessage], cutoff: int) -> int | None:
    """Forward to a message of the assistant's; None when there is none."""
    for index in range(max(1, cutoff), len(messages)):
        if messages[index].role == "assistant":
            return index
    return None


def last_assistant(messages: Sequence[WindowMessage], cutoff: int) -> int | None:
    """Back to a message of the assistant's, or a call that waits for approval; None when there is none."""
    for index in range(min(cutoff, len(messages) - 1), 0, -1):
        message = messages[index]
        if message.role == "assistant" or (message.role == "approval" and message.calls_tools):
            return index
    return None


def before_calls(messages: Sequence[WindowMessage], cutoff: int) -> int | None:
    """Back until no call within five messages has its results on the other side (LangChain's middleware)."""
    for index in range(min(cutoff, len(messages)), 0, -1):
        if not _parts_a_near_call(messages, index):
            return index
    return None


def _parts_a_near_call(messages: Sequence[WindowMessage], cutoff: int) -> bool:
    if cutoff >= len(messages) or messages[cutoff].role not in TOOL_ROLES:
        return False
    caller = cutoff - 1
    while caller > 0 and messages[caller].role in TOOL_ROLES:
        caller -= 1
    return cutoff - caller <= _LANGCHAIN_SEARCH_RANGE and calls_tool(messages, caller)
