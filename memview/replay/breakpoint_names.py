"""What breakpoints and watches may ask: every name with its type, unit and meaning. Completion, help and docs read it.

Every event of a replay gives each name a value; None where there is none, as for the memory of an event that is about
no memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Name(NamedTuple):
    """One name. `type` is number, text or flag; `unit` is empty where a number counts nothing."""

    name: str
    group: str
    type: str
    unit: str
    meaning: str
    example: str = ""


_EVENT, _MEMORY, _FRAME, _SO_FAR = "event", "memory", "frame", "so far"

NAMES: tuple[Name, ...] = (
    Name("action", _EVENT, "text", "", "what happened: promote, evict, hit, fault, insert, …", 'action == "evict"'),
    Name("memory_id", _EVENT, "text", "", "id of the memory or message that it is about", 'memory_id == "PRF-00012"'),
    Name("origin", _EVENT, "text", "", "where it was (`from` in event files)", 'origin == "core"'),
    Name("destination", _EVENT, "text", "", "where it went (`to` in event files); nowhere is a loss",
         'destination == "nowhere"'),
    Name("to", _EVENT, "text", "", "short for destination", 'to == "archive"'),
    Name("tokens", _EVENT, "number", "tokens", "size of what moved; 0 when nothing did", "tokens > 200"),
    Name("signal", _EVENT, "text", "", "name of the number that decided: relevance, importance, idle, …",
         'signal == "relevance"'),
    Name("value", _EVENT, "number", "", "that number", "value < 1"),
    Name("threshold", _EVENT, "number", "", "what it was held against", "value < threshold"),
    Name("covered_by", _EVENT, "text", "", "id of what stands for it from then on", "covered_by != None"),
    Name("turn", _EVENT, "number", "turns", "turn of the event; 0 is loading", "turn > 10"),
    Name("role", _EVENT, "text", "", "who speaks in that turn: user, assistant, tool, …", 'role == "user"'),
    Name("agent", _EVENT, "text", "", "who acts in that turn, in sessions that say so", 'agent == "planner"'),
    Name("importance", _MEMORY, "number", "0 to 1", "how important the memory is recorded to be", "importance > 0.7"),
    Name("kind", _MEMORY, "text", "", "fact, preference, rule, task, episode, message, summary", 'kind == "rule"'),
    Name("section", _MEMORY, "text", "", "the block of core memory that it belongs to; a message's role",
         'section == "human"'),
    Name("trust", _MEMORY, "text", "", "least trusted source in its lineage: user, model, tool_internal, "
         "tool_external, document", 'trust == "document"'),
    Name("tags", _MEMORY, "text", "", "its tags with blanks between them", '"travel" in tags'),
    Name("text", _MEMORY, "text", "", "what it says; capitals count", '"Lisbon" in text'),
    Name("pinned", _MEMORY, "flag", "", "recorded as pinned", "pinned"),
    Name("sensitivity", _MEMORY, "text", "", "normal, or what kind of sensitive it is", 'sensitivity != "normal"'),
    Name("size", _MEMORY, "number", "tokens", "tokens of the whole memory", "size > 100"),
    Name("core_tokens", _FRAME, "number", "tokens", "core section of the prompt that the event's turn sent",
         "core_tokens > 0.9 * budget"),
    Name("core_slots", _FRAME, "number", "memories", "residents of the core at the end of that turn", "core_slots < 3"),
    Name("summary_tokens", _FRAME, "number", "tokens", "its summary section", "summary_tokens > 0"),
    Name("retrieved_tokens", _FRAME, "number", "tokens", "its section of memories fetched for the turn",
         "retrieved_tokens > 500"),
    Name("window_tokens", _FRAME, "number", "tokens", "its recent messages, without the question",
         "window_tokens > 4000"),
    Name("prompt_tokens", _FRAME, "number", "tokens", "the whole prompt", "prompt_tokens > 6000"),
    Name("budget", _FRAME, "number", "tokens", "core budget in force", "core_tokens > budget - 50"),
    Name("visible", _FRAME, "number", "items", "items whose own text is in the prompt at the end of that turn",
         "visible > 40"),
    Name("covered", _FRAME, "number", "items", "items that something in the prompt stands for", "covered > 0"),
    Name("recoverable", _FRAME, "number", "items", "items that could be fetched", "recoverable > 1000"),
    Name("lost", _FRAME, "number", "items", "items that are gone for good", "lost > 0"),
    Name("hits", _SO_FAR, "number", "events", "hits up to and with this event", "hits == 100"),
    Name("faults", _SO_FAR, "number", "events", "faults so far", "faults > hits"),
    Name("promotions", _SO_FAR, "number", "events", "promotions so far", "promotions > 20"),
    Name("evictions", _SO_FAR, "number", "events", "evictions so far", 'action == "evict" and evictions >= 10'),
    Name("thrash", _SO_FAR, "number", "events", "faults so far on what was evicted at most 8 turns before",
         'action == "fault" and thrash > 5'),
)  # fmt: skip

BY_NAME: Mapping[str, Name] = {each.name: each for each in NAMES}
VOCABULARY: tuple[str, ...] = tuple(BY_NAME)

EXAMPLES = (
    'action == "evict" and importance > 0.7',
    'destination == "nowhere"',
    'action == "fault" and trust == "user"',
    "core_tokens > 0.9 * budget",
    '"Lisbon" in text and action in ("evict", "drop")',
)


def completions(prefix: str) -> list[Name]:
    """Names that begin with `prefix`, then those that hold it; all of them for ""."""
    lower = prefix.casefold()
    first = [each for each in NAMES if each.name.startswith(lower)]
    return first + [each for each in NAMES if lower in each.name and each not in first]
