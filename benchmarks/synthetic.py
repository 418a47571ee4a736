"""Sessions that nobody wrote: English in its statistics (Zipf, stop words on top), the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate, product

from memview.model.memory import Memory
from memview.model.session import Arrival, Session, Turn

VOCABULARY = 50_000

# The most frequent words of English in about the order of their frequency; content words follow.
_FREQUENT = (
    "the of and to a in is it you that he was for on are with as i his they be at one have this from or had by not "
    "but what all were we when your can said there use an each which she do how their if will up other about out many "
    "then them these so some her would make like him into time has look two more write go see no way could my than"
).split()
_ONSETS = tuple("b br c ch d dr f fl g gr h k l m n p pl pr qu r s sh st t tr v w z".split())
_VOWELS = tuple("a e i o u ai ea ou".split())
_CODAS = tuple("b ck d g l m n nd ng nt p r rk s st t x".split())
_KINDS = ("fact", "preference", "task", "episode", "rule")
_SYSTEM = "You are an assistant with a long memory."


class Language:
    """A vocabulary and its frequencies: p(rank) is proportional to 1 / (rank + 2.7), as Mandelbrot fitted English."""

    def __init__(self, seed: int, size: int = VOCABULARY) -> None:
        self._random = random.Random(seed)
        self._words = [*_FREQUENT, *_content_words(self._random, size - len(_FREQUENT))]
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(1, len(self._words) + 1)))

    def text(self, shortest: int, longest: int) -> str:
        """A text of `shortest` to `longest` words."""
        count = self._random.randint(shortest, longest)
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=count))

    def question_about(self, text: str) -> str:
        """A question in whose words some of `text` come up, as they do when somebody asks for it."""
        words = text.split()
        asked = self._random.sample(words, min(6, len(words)))
        return f"{self.text(3, 6)} {' '.join(asked)} {self.text(3, 6)}?"

    def memories(self, count: int) -> Iterator[Memory]:
        """Memories of 20 to 40 words with a recorded token count."""
        for number in range(count):
            text = self.text(20, 40)
            yield Memory(
                memory_id=f"MEM-{number:07d}",
                text=text,
                kind=_KINDS[number % len(_KINDS)],
                importance=round(self._random.random(), 2),
                tokens=len(text) // 4,
            )


def _content_words(source: random.Random, count: int) -> list[str]:
    syllables = ["".join(parts) for parts in product(_ONSETS, _VOWELS, _CODAS)]
    words: dict[str, None] = dict.fromkeys(source.sample(syllables, min(len(syllables), count // 10)))
    while len(words) < count:
        words["".join(source.choices(syllables, k=2 if len(words) < count // 2 else 3))] = None
    return list(words)


def archive_session(memories: int, turns: int, seed: int = 7) -> Session:
    """`turns` questions put to an archive of `memories` that is there from the start."""
    language = Language(seed)
    arrivals = tuple(Arrival(0, memory) for memory in language.memories(memories))
    step = max(1, memories // turns)
    asked = (
        Turn(f"t-{number:04d}", "user", language.question_about(arrivals[number * step % memories].memory.text))
        for number in range(1, turns + 1)
    )
    return Session(session_id=f"archive-{memories}", system=_SYSTEM, arrivals=arrivals, turns=tuple(asked))


def conversation_session(turns: int, seed: int = 11) -> Session:
    """A conversation: every turn has a question and a reply, every fourth one writes a memory; a small core."""
    language = Language(seed)
    core = (
        Memory("RUL-00001", language.text(20, 30), tier="core", kind="rule", section="rules", pinned=True),
        Memory("PRF-00001", language.text(20, 30), tier="core", kind="preference", section="human", importance=0.9),
    )
    said = [language.text(15, 30)]
    result = []
    for number, memory in enumerate(language.memories(turns), start=1):
        text = language.question_about(said[(number * 7919) % len(said)]) if number % 3 else language.text(10, 25)
        reply = language.text(20, 45)
        said.append(reply)
        remember = (memory,) if number % 4 == 0 else ()
        result.append(Turn(f"t-{number:06d}", "user", text, remember=remember, response=reply))
    return Session(
        session_id=f"conversation-{turns}",
        title=f"A conversation of {turns} turns",
        system=_SYSTEM,
        arrivals=tuple(Arrival(0, memory) for memory in core),
        turns=tuple(result),
    )
