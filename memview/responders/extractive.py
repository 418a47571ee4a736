"""An answer without a model: the sentences of the prompt's memories that match the question, each with its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from memview.kernel.retrieval.analysis import english
from memview.model.memory import Memory

MOST_SENTENCES = 4
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|$)")


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """One sentence of the answer and the memory it was taken from."""

    text: str
    memory: Memory

    @property
    def source(self) -> str:
        """`PRF-00012, session_01 t-0003`: id, and session and turn where they are known."""
        citation = self.memory.citation
        place = " ".join(part for part in (citation.session_id, citation.turn_id) if part)
        return f"{self.memory.memory_id}, {place}" if place else f"{self.memory.memory_id}, no citation"


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences, best supported first; none when no memory in the prompt matches the question."""

    sentences: tuple[CitedSentence, ...]

    @property
    def memory_ids(self) -> list[str]:
        """Ids of the memories that the answer rests on, each once, best supported first."""
        return list(dict.fromkeys(sentence.memory.memory_id for sentence in self.sentences))

    @property
    def text(self) -> str:
        """The answer with its citations, one sentence a line."""
        if not self.sentences:
            return "Nothing in memory answers this."
        return "\n".join(f"{sentence.text} [{sentence.source}]" for sentence in self.sentences)


def answer_from(question: str, memories: Sequence[Memory]) -> Answer:
    """Answer `question` from `memories` (those in the prompt, in prompt order).

    A sentence scores the rarity of each question stem it holds among these memories; the words of a memory's kind and
    tags count for all of its sentences, so that "my preferences" finds them. Ties keep prompt order.
    """
    wanted = set(english(question))
    labels = [set(english(" ".join((memory.kind, *memory.tags)))) for memory in memories]
    spread = Counter(
        stem for memory, label in zip(memories, labels, strict=True) for stem in label | set(english(memory.text))
    )
    scored: list[tuple[float, int, CitedSentence]] = []
    for memory, label in zip(memories, labels, strict=True):
        best: tuple[float, str] | None = None
        for match in _SENTENCE.finditer(memory.text):
            sentence = match.group().strip()
            found = wanted & (label | set(english(sentence)))
            score = sum(1 / spread[stem] for stem in found)
            if found and (best is None or score > best[0]):
                best = (score, sentence)
        if best is not None:
            scored.append((-best[0], len(scored), CitedSentence(best[1], memory)))
    scored.sort(key=lambda entry: entry[:2])
    return Answer(tuple(sentence for _, _, sentence in scored[:MOST_SENTENCES]))
