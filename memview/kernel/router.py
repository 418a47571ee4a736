"""The router: which stores a turn has to ask, decided from its text alone, with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from memview.kernel.retrieval.analysis import STOP_WORDS, plain

_RECALL_CUES = re.compile(
    r"\b(?:(?:you|i|we) (?:just )?(?:said|told|mentioned|asked|discussed|talked|spoke)|as (?:i|you|we) said"
    r"|earlier (?:today|in this|you|i|we)|(?:our|this) conversation|a moment ago"
    r"|what did (?:i|you|we) (?:say|tell|ask))\b",
    re.IGNORECASE,
)
_SMALL_TALK = frozenset("ok okay thanks thank yes yeah yep hi hello hey bye great good nice cool sure please".split())


@dataclass(frozen=True, slots=True)
class Route:
    """Stores in the order asked (`archive`, `recall`, `shared`; empty: none), why, and whether it fell back."""

    stores: tuple[str, ...]
    reason: str
    is_fallback: bool = False

    @property
    def label(self) -> str:
        return " + ".join(self.stores) or "core only"


@lru_cache(maxsize=4096)
def _kind_of(text: str) -> str:
    """What a text asks for: nothing, small talk, the conversation itself, or content. Every policy asks it again."""
    if not text.strip():
        return "nothing"
    words = [word for word in plain(text) if word not in STOP_WORDS]
    if all(word in _SMALL_TALK for word in words):
        return "small talk"
    return "conversation" if _RECALL_CUES.search(text) else "content"


def route_turn(text: str, sizes: dict[str, int]) -> Route:
    """Route a turn. `sizes` counts the items in each store at that moment; an empty primary store falls back.

    An empty text asks nothing; small talk is answered from the core; a turn that points at the conversation itself asks
    recall; everything else asks the archive and recall, and shared memory where there is some.
    """
    kind = _kind_of(text)
    if kind == "nothing":
        return Route((), "empty query: nothing to look up")
    if kind == "small talk":
        return Route((), "small talk: the core is enough")
    shared = ("shared",) if sizes["shared"] else ()
    if kind == "conversation":
        if sizes["recall"]:
            return Route(("recall", *shared), "the turn points at the conversation itself")
        return Route(("archive", *shared), "recall is empty: fell back to the archive", is_fallback=True)
    if sizes["archive"]:
        return Route(("archive", "recall", *shared), "a content question")
    if sizes["recall"] or shared:
        return Route(("recall", *shared), "the archive is empty: fell back to recall", is_fallback=True)
    return Route(("archive",), "the archive is empty, and so is recall", is_fallback=True)
