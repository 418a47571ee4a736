"""An answer without a model: the sentences of the prompt's memories that match the question, each with its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import fsum

from memview.kernel.retrieval.analysis import english
from memview.model.memory import Memory
from memview.replay.views import Prompt

MOST_SENTENCES = 4
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """One sentence of the answer and the memory it was taken from; an untrusted one is material, not testimony."""

    text: str
    memory: Memory
    untrusted: bool = False

    @property
    def source(self) -> str:
        """`PRF-00012, session_01 t-0003`: id, and session and turn where they are known."""
        citation = self.memory.citation
        place = " ".join(part for part in (citation.session_id, citation.turn_id) if part)
        return f"{self.memory.memory_id}, {place or citation.source_url or 'no citation'}"

    @property
    def line(self) -> str:
        """The sentence with its source; an untrusted one stands in quotation marks and is called so."""
        if self.untrusted:
            return f'(untrusted) "{self.text}" [{self.source}]'
        return f"{self.text} [{self.source}]"


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences, best supported first, untrusted ones last; none when no memory in the prompt matches the question."""

    sentences: tuple[CitedSentence, ...]

    @property
    def memory_ids(self) -> list[str]:
        """Ids of the memories that the answer rests on, each once, in the order of the sentences."""
        return list(dict.fromkeys(sentence.memory.memory_id for sentence in self.sentences))

    @property
    def text(self) -> str:
        """The answer with its citations, one sentence a line."""
        if not self.sentences:
            return "Nothing in memory answers this."
        return "\n".join(sentence.line for sentence in self.sentences)


def untrusted_in(prompt: Prompt) -> frozenset[str]:
    """Ids of the items that the prompt fences: untrusted themselves, or derived from something that is."""
    return frozenset(entry.item_id for section in prompt.sections for entry in section.entries if entry.untrusted)


def answer_from(question: str, memories: Sequence[Memory], untrusted: Collection[str] = ()) -> Answer:
    """Answer `question` from `memories` (those in the prompt, in prompt order), with at most four sentences.

    A sentence scores the rarity of each question stem it holds among these memories; the words of a memory's kind and
    tags count for all of its sentences, so that "my preferences" finds them. Ties keep prompt order. Memories whose ids
    are in `untrusted` come after all others, whatever they score: a poisoned page must not outbid the user.
    """
    wanted = set(english(question))
    labels = [set(english(" ".join((memory.kind, *memory.tags)))) for memory in memories]
    spread = Counter(
        stem for memory, label in zip(memories, labels, strict=True) for stem in label | set(english(memory.text))
    )
    scored: list[tuple[bool, float, int, CitedSentence]] = []
    for place, (memory, label) in enumerate(zip(memories, labels, strict=True)):
        best: tuple[float, str] | None = None
        for sentence in _sentences(memory.text):
            found = wanted & (label | set(english(sentence)))
            # fsum: the order in which a set gives its stems must not reach the last bits of a score.
            score = fsum(1 / spread[stem] for stem in found)
            if found and (best is None or score > best[0]):
                best = (score, sentence)
        if best is not None:
            doubtful = memory.memory_id in untrusted
            scored.append((doubtful, -best[0], place, CitedSentence(best[1], memory, doubtful)))
    scored.sort(key=lambda entry: entry[:3])
    return Answer(tuple(sentence for *_, sentence in scored[:MOST_SENTENCES]))


def _sentences(text: str) -> Iterator[str]:
    """Each line's sentences; a full stop inside a word or a number ends nothing."""
    for line in text.splitlines():
        for sentence in _SENTENCE_END.split(line.strip()):
            if sentence:
                yield sentence
