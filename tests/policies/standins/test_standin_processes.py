"""In a process of its own: the same under every hash seed, bounded on hostile text, and light to import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]

EVERYTHING = """
from memview.policies.standins.conflicts import LEDGERS
from memview.policies.standins.facts import extract_facts
from memview.policies.standins.identifiers import identifiers, survival
from memview.policies.standins.importance import importance
from memview.policies.standins.similarity import CharacterNgrams, KeywordJaccard, TfIdf
from memview.policies.standins.summary import extract_summary
from memview.policies.standins.texts import SourceText

def everything(texts):
    sources = [SourceText(n, ("user", "assistant", "tool")[n % 3], text) for n, text in enumerate(texts)]
    facts = extract_facts(sources)
    first = extract_summary(sources, 40)
    yield first
    yield extract_summary(sources[2:], 25, first)
    yield facts
    yield [ledger().learn(fact) for ledger in LEDGERS.values() for fact in facts[:50]]
    known = LEDGERS["invalidate@1"]()
    yield [known.learn(fact) for fact in facts]
    yield [identifiers(text) for text in texts]
    yield survival(texts, [sentence.text for sentence in first.sentences])
    yield [importance(text) for text in texts]
    for measure in (TfIdf(texts), CharacterNgrams(), KeywordJaccard()):
        yield [measure.similarity(one, texts[0]) for one in texts]
"""

CONVERSATION = (
    EVERYTHING
    + """
texts = [
    "Ann: Hi! I live in Oslo and work at Acme. Please fix src/app.py, it fails with ValueError at 10:30.",
    "Bob: Sure. My dog is called Rex, and I prefer tea over coffee. See https://x.y/z and `parse_port`.",
    "Traceback: KeyError in lib/ports.py:42 after 12 ms, 3 of 7 tests failed",
    "Ann: I moved to Rome in May. I don't like raw fish. My favourite colour is blue, not red.",
    "Bob: I no longer work at Acme. We decided to ship v2.1.0 on 7 May 2024.",
    "今日は東京へ行きました。明日は？",
] * 3
for result in everything(texts):
    print(ascii(result))
"""
)

HOSTILE = (
    EVERYTHING
    + """
size = 100_000
scraps = ["a", ".", "a. ", "a.b", "I ", "I am ", "my ", "Ann ", "Ann's ", "I like tea and ", "\\x00\\x1b[", "\\ud800"]
scraps += ["`", '"', "'", '"a', "1", "1,111", "a/", "/.", "aA", "A1-", "a@", "a-", "0a", "www.", "Jan ", "E_1", "(("]
scraps += ["?)", "\\n", "- \\n", "東", "not ", "have ", "is , ", "http://", "v1.", "$1 ", "a: ", ": ", "May 1 ", "!x "]
scraps += ["x,", "going to "]
for scrap in scraps:
    list(everything([scrap * (size // len(scrap)), scrap * 5, ""]))
numbered = " ".join(f"I have {n} a{n}.py. " for n in range(size // 20))
list(everything([numbered, numbered]))
print("done")
"""
)


def run(code: str, seed: str, timeout: float) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, cwd=REPOSITORY, check=False, timeout=timeout,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_same_under_every_hash_seed() -> None:
    first, second = (run(CONVERSATION, seed, 120) for seed in ("1", "4242"))
    assert first == second
    assert "lives in" in first


def test_hostile_texts_are_done_in_bounded_work() -> None:
    """Some forty texts of 100 kB, a few seconds of work; a quadratic pattern would take hours of it."""
    assert run(HOSTILE, "0", 180) == "done\n"


@pytest.mark.parametrize("module", ["registry", "summary", "conflicts", "similarity", "importance"])
def test_an_import_stays_light(module: str) -> None:
    code = f"import memview.policies.standins.{module}, sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    heavy = {"pydantic", "numpy", "yaml", "tiktoken", "snowballstemmer", "rank_bm25", "textual", "rich", "click"}
    assert not heavy & set(run(code, "0", 60).split())
