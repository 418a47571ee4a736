"""What screening catches and lets through on the development sets, category by category, and how fast it reads.

`python -m benchmarks.guard` prints recall by category, once as it is and once with the category held out: every word
of the lexicon that only this category's attacks could have taught is taken away before it is judged.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.table import Row, Target
from benchmarks.timing import median, milliseconds
from memview.guard import Source, grammar, lexicon, screen
from memview.guard.rates import wilson
from memview.guard.sensitive import find_sensitive
from memview.kernel.workload import Workload
from memview.model.memory import Memory
from memview.model.session import Session, Turn
from memview.policies import load_policy
from memview.replay import Replay

_ROOT = Path(__file__).resolve().parent.parent
DATA = _ROOT.parent / "shared" / "data"
ATTACKS = ("bipia_text_attack_train.json", "bipia_code_attack_train.json")

_OPEN_CLASSES = ("_REQUEST", "_TASK", "_REWRITE", "_OTHER", "_ANSWER", "_CODE_OF_YOURS", "_CONTENT", "_UNITS")
_MOST_MISSED, _MOST_FALSE_FACTS, _MOST_FALSE_QUESTIONS = 15.0, 1.0, 5.0
_MEGABYTES_A_SECOND = 5.0
_MOST_OF_A_TURN = 0.1


def attacks(directory: Path = DATA) -> Mapping[str, Sequence[str]]:
    """BIPIA's training attacks by category; empty where they are not on this machine."""
    found: dict[str, list[str]] = {}
    for name in ATTACKS:
        path = directory / "guard" / name
        if path.is_file():
            found |= json.loads(path.read_text(encoding="utf-8"))
    return found


def stored_facts(directory: Path = DATA) -> list[str]:
    """The observations that LoCoMo ships beside its dialogues."""
    return [
        observation[0]
        for path in sorted((directory / "locomo").glob("conv-*.json"))
        for conversation in json.loads(path.read_text(encoding="utf-8"))
        for by_speaker in conversation["observation"].values()
        for observations in by_speaker.values()
        for observation in observations
    ]


def labelled(origin: str, directory: Path = DATA) -> list[str]:
    """The prompts of InjecGuard's validation set whose `source` begins with `origin`."""
    path = directory / "guard" / "injecguard_valid.json"
    if not path.is_file():
        return []
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [row["prompt"] for row in rows if row["source"].startswith(origin)]


def flagged(texts: Sequence[str], source: Source) -> int:
    """How many of `texts` are flagged."""
    return sum(screen(text, source).flagged for text in texts)


def taught_only_by(category: str, by_category: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Words of the category's attacks that no other category's attack has."""
    words = {name: frozenset(re.findall(r"[a-z']+", " ".join(texts).lower())) for name, texts in by_category.items()}
    return words[category].difference(*(found for name, found in words.items() if name != category))


@contextmanager
def without_words(words: frozenset[str]) -> Iterator[None]:
    """The guard as if nobody had thought of `words`: they leave every open class of the lexicon."""
    kept = {name: getattr(lexicon, name) for name in _OPEN_CLASSES}
    try:
        for name, text in kept.items():
            setattr(lexicon, name, " ".join(word for word in text.split() if word not in words))
        _forget()
        yield
    finally:
        for name, text in kept.items():
            setattr(lexicon, name, text)
        _forget()


def _forget() -> None:
    for module in (lexicon, grammar):
        for function in vars(module).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()


def held_out(by_category: Mapping[str, Sequence[str]], source: Source) -> dict[str, int]:
    """Attacks flagged in each category, with what only that category could have taught taken away."""
    found = {}
    for category, texts in by_category.items():
        with without_words(taught_only_by(category, by_category)):
            found[category] = flagged(texts, source)
    return found


def rows(scale: Scale, directory: Path) -> list[Row]:  # noqa: ARG001
    """Missed attacks and false alarms in per cent, milliseconds a megabyte, and the guard's share of a turn."""
    return [*_figure_rows(), *_speed_rows(scale), _share_row(scale)]


def _figure_rows() -> Iterator[Row]:
    by_category = attacks()
    texts = [text for category in by_category.values() for text in category]
    if not texts:
        print(f"guard: no development sets in {DATA}: recall and false alarms not measured", file=sys.stderr)
        return
    for source in ("fact", "document"):
        missed = 100 * (1 - flagged(texts, source) / len(texts))
        held = 100 * (1 - sum(held_out(by_category, source).values()) / len(texts))
        what = f"{len(texts)} injected orders as {source}s: missed"
        yield Row("guard", what, missed, "%", held, "category held out", Target("ours", _MOST_MISSED))
    for what, benign, source, bound in (
        ("stored facts", stored_facts(), "fact", _MOST_FALSE_FACTS),
        ("questions with trigger words", labelled("NotInject"), "message", _MOST_FALSE_QUESTIONS),
    ):
        alarms = 100 * flagged(benign, "fact" if source == "fact" else "message") / max(1, len(benign))
        yield Row("guard", f"{len(benign)} {what}: false alarms", alarms, "%", target=Target("ours", bound))


def _speed_rows(scale: Scale) -> Iterator[Row]:
    facts = stored_facts() or [f"Ana number {number} moved to Porto and lives near the river." for number in range(600)]
    size = sum(map(len, facts)) / 1e6
    target = Target("ours", 1e3 / _MEGABYTES_A_SECOND)
    pages = [path.read_text(encoding="utf-8") for path in sorted(_ROOT.glob("docs/*.md"))]
    code = [path.read_text(encoding="utf-8") for path in sorted(_ROOT.glob("memview/kernel/*.py"))]
    orders = [text for category in attacks().values() for text in category]
    for what, texts in (
        ("facts, one by one", facts),
        ("facts as one document", ["\n".join(facts)]),
        ("documentation, page by page", pages),
        ("source code, file by file", code),
        ("injected orders, one by one", orders),
    ):
        if texts:
            read = sum(map(len, texts)) / 1e6
            taken = median([milliseconds(partial(flagged, texts, "document")) for _ in range(scale.repeats)])
            yield Row("guard", f"screening 1 MB of {what}", taken / read, "ms", target=target)
    taken = median([milliseconds(lambda: [find_sensitive(text) for text in facts]) for _ in range(scale.repeats)])
    yield Row("guard", "sensitive contents of 1 MB of facts, one by one", taken / size, "ms", target=target)


def _share_row(scale: Scale) -> Row:
    """What screening takes of a replay in which each turn writes a memory."""
    facts = (stored_facts() or [f"Ana moved to Porto and lives near the river {place}." for place in range(600)])[:600]
    turns = tuple(
        Turn(f"t-{number}", "user", fact, remember=(Memory(f"FCT-{number}", fact, trust="model"),))
        for number, fact in enumerate(facts, start=1)
    )
    policy = load_policy("lru")
    whole = [
        milliseconds(lambda: Replay(Workload(Session("s", turns=turns)), policy).run()) for _ in range(scale.repeats)
    ]
    screening = [milliseconds(lambda: [screen(fact, "note") for fact in facts]) for _ in range(scale.repeats)]
    per_turn = [median(each) / len(turns) for each in (screening, whole)]
    return Row(
        "guard", "guard stage of a turn that writes a memory", per_turn[0], "ms", per_turn[1], "whole turn",
        Target("ratio", _MOST_OF_A_TURN),
    )  # fmt: skip


def main() -> None:
    """Print recall by category, as it is and with the category held out."""
    by_category = attacks()
    sources: tuple[Source, Source] = ("fact", "document")
    held = {source: held_out(by_category, source) for source in sources}
    print("| category | attacks | fact | document | fact, held out | document, held out |")
    print("|---|--:|--:|--:|--:|--:|")
    total = [0, 0, 0, 0, 0]
    for category, texts in by_category.items():
        figures = [
            len(texts),
            *(flagged(texts, source) for source in sources),
            *(held[source][category] for source in sources),
        ]
        total = [sum(pair) for pair in zip(total, figures, strict=True)]
        print(f"| {category} | " + " | ".join(map(str, figures)) + " |")
    print("| all | " + " | ".join(map(str, total)) + " |")
    for name, found in zip(("fact", "document", "fact, held out", "document, held out"), total[1:], strict=True):
        low, high = wilson(found, total[0])
        print(f"{name}: {100 * found / max(1, total[0]):.1f} %, 95 % interval {100 * low:.1f} to {100 * high:.1f} %")


if __name__ == "__main__":
    main()
