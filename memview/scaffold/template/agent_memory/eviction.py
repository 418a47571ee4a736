"""What leaves the window, when, and what stands for it afterwards.

The policy is that of the MemGPT paper (arXiv 2310.08560, section 2.2): a warning at 70 % of the
prompt, at 100 % the oldest messages go until half is free, and a recursive summary takes their place.
All of them stay in recall. To try another policy, record a session and replay it in memview first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .main_context import MainContext
from .records import Message

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_TELLING = re.compile(r"\d+|https?:|[\w.-]+/[\w./-]+|`[^`]+`|\"[^\"]+\"|(?<=[a-z,] )[A-Z][a-z]+")
_WISH = re.compile(
    r"\b(?:prefer|like|hate|always|never|must|need|want|remember|decided|agreed|allergic|name is)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+")
_TURN = re.compile(r"^\[(t-\d{4,})\]", re.MULTILINE)
_LONGEST_SENTENCE = 400
_CHARACTERS_PER_WORD = 10
SUMMARY_TOKENS = 320
"""What a summary of the usual 120 words takes at most."""

Summariser = Callable[[str, Sequence[Message]], str]
"""Makes a summary of the old summary and the messages that leave. Give an LLM's here if you like,
but have it begin each line with its turn, `[t-0007]`: what it does not name counts as not covered.
"""


@dataclass(frozen=True, slots=True)
class EvictionPolicy:
    """Shares of the prompt's room at which something happens, and what always stays.

    Raises ValueError unless 0 < evict_to < flush_at <= 1 and keep_turns >= 1.
    """

    warn_at: float = 0.7
    flush_at: float = 1.0
    evict_to: float = 0.5
    keep_turns: int = 1

    def __post_init__(self) -> None:
        if not 0.0 < self.evict_to < self.flush_at <= 1.0 or self.keep_turns < 1:
            raise ValueError("an eviction policy needs 0 < evict_to < flush_at <= 1, keep_turns >= 1")


@dataclass(frozen=True, slots=True)
class Eviction:
    """What left the window: the messages, and the size of the prompt before and after."""

    messages: tuple[Message, ...]
    tokens_before: int
    tokens_after: int

    @property
    def turns(self) -> tuple[str, ...]:
        """The turns that the messages belong to, the oldest first."""
        return tuple(dict.fromkeys(message.turn_id for message in self.messages))


def is_under_pressure(context: MainContext, policy: EvictionPolicy, notes: str) -> bool:
    """Whether it is time to warn the model that messages are about to leave."""
    return context.tokens(notes) > policy.warn_at * context.room


def evict(context: MainContext, policy: EvictionPolicy, notes: str) -> Eviction | None:
    """Take the oldest turns out of the window when the prompt is over `flush_at`; None when not.

    Whole turns leave, so that a tool call never loses its result. The `keep_turns` newest stay.
    """
    before = context.tokens(notes)
    if before <= policy.flush_at * context.room:
        return None
    goal = policy.evict_to * context.room
    starts = [place for place, message in enumerate(context.window) if message.role == "user"]
    cut, tokens = 0, before
    for start in starts[1 : len(starts) - policy.keep_turns + 1]:
        tokens -= sum(message.tokens for message in context.window[cut:start])
        cut = start
        if tokens <= goal:
            break
    if cut == 0:
        return None
    gone = tuple(context.window[:cut])
    del context.window[:cut]
    return Eviction(gone, before, context.tokens(notes))


def summarise(previous: str, messages: Sequence[Message], words: int = 120) -> str:
    """A summary without an LLM: the most telling sentences, in their order, up to `words` words.

    Telling are figures, names, paths, quotations and wishes; the user's sentences count more, those
    of the old summary less with every round. Each line begins with its turn: `[t-0007]`.
    """
    sentences = [(0.7, line) for line in previous.splitlines() if line.strip()]
    for message in messages:
        weight = 1.5 if message.role == "user" else 1.0
        mark = f"[{message.turn_id}] {message.role}:"
        sentences += [(weight, f"{mark} {text}") for text in _sentences(message.text)]
    sentences = list({text: (weight, text) for weight, text in sentences}.values())
    uses = Counter(word for _, text in sentences for word in set(_WORDS.findall(text.casefold())))
    ranked = sorted(range(len(sentences)), key=lambda place: (-_worth(*sentences[place], uses), place))
    kept: list[int] = []
    room, characters = words, words * _CHARACTERS_PER_WORD
    for place in ranked:
        text = sentences[place][1]
        size = len(text.split())
        if size <= room and len(text) <= characters:
            kept.append(place)
            room -= size
            characters -= len(text)
    return "\n".join(sentences[place][1] for place in sorted(kept))


def turns_named(summary: str) -> tuple[str, ...]:
    """The turns that a summary names, and so stands for, in their order."""
    return tuple(dict.fromkeys(_TURN.findall(summary)))


def _sentences(text: str) -> list[str]:
    parts = (part.strip() for part in _SENTENCE.split(text))
    return [part[:_LONGEST_SENTENCE] for part in parts if len(_WORDS.findall(part)) > 2]


def _worth(weight: float, text: str, uses: Counter[str]) -> float:
    words = set(_WORDS.findall(text.casefold()))
    rarity = sum(1.0 / uses[word] for word in words) / (len(words) or 1)
    text = _TURN.sub("", text)
    cues = len(_TELLING.findall(text)) + 2 * len(_WISH.findall(text))
    return weight * (rarity + min(cues, 6))
