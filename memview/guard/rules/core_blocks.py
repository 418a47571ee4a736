"""Attempts on what an agent is: orders to overwrite core memory, persona or system prompt; tool calls as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from memview.guard.hints import first_match, hints, meets
from memview.guard.reading import Reading
from memview.guard.rules.rule import Rule, RuleHit, hit

OVERWRITE = Rule("core block overwrite", 0.75, "orders a change of core memory, persona or system prompt")
TOOL_CALL = Rule("memory tool call", 0.7, "writes a call of a memory tool as text")
RULES = (OVERWRITE, TOOL_CALL)

HINTS = hints("memory memories persona core prompt block")
_BLOCKS = (
    "persona block",
    "human block",
    "core memory",
    "core block",
    "memory block",
    "system prompt",
    "persona section",
    "human section",
    "persona memory",
    "long-term memory",
    "permanent memory",
    "your persona",
    "your memor",
    "your core",
)


def find(reading: Reading) -> Iterator[RuleHit]:
    """The first hit of each rule."""
    if not meets(reading, HINTS):
        return
    if "memory_" in reading.lower or "_memory" in reading.lower:
        match = first_match(_tool_call(), reading, HINTS)
        if match is not None:
            yield hit(TOOL_CALL, reading.plain[match.start() : match.end() + 60])
    match = first_match(_overwrite(), reading, HINTS, _BLOCKS)
    if match is not None:
        yield hit(OVERWRITE, reading.plain[match.start() : match.end() + 40])


@cache
def _tool_call() -> re.Pattern[str]:
    tools = "core_memory_(?:append|replace)|archival_memory_insert|memory_(?:insert|replace|rethink|finish_edits)"
    return re.compile(
        rf"\b(?:{tools})\s?\(\s?[\"'\w{{]|\"(?:name|tool|function)\"\s?:\s?\"(?:{tools})\"|"
        rf"\b(?:call|use|run|invoke|execute) (?:the )?(?:{tools})\b"
    )


@cache
def _overwrite() -> re.Pattern[str]:
    change = (
        r"(?:overwrite|replace|rewrite|update|change|set|edit|erase|delete|clear|wipe|append|add|insert|save|"
        r"store|write|modify|reset|promote|purge)"
    )
    block = (
        r"(?:persona block|human block|core memory|core block|core blocks|memory block|system prompt|persona section|"
        r"human section|persona memory|"
        r"long-term memory|permanent memory|your persona|your memor(?:y|ies)|your core|your system prompt)"
    )
    return re.compile(
        rf"(?:^|[.!?:;,\n>\"'*-]\s{{0,3}}|\b(?:please|and|then|must|should|now|to|you|will|always|immediately) "
        rf"){change} "
        rf"(?:\w{{1,14}} ){{0,8}}?{block}\b"
    )
