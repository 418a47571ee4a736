"""The extractive answer: cited, deterministic, and never led by untrusted text."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from hypothesis import given
from hypothesis import strategies as st

from memview.model.memory import Citation, Memory
from memview.replay.views import Prompt, PromptEntry, PromptSection
from memview.responders.extractive import answer_from, untrusted_in


def test_a_sentence_is_cited_with_session_and_turn() -> None:
    memory = Memory("PRF-1", "Mira likes tea.", citation=Citation("lisbon-2023", "t-0014"))
    assert answer_from("tea?", [memory]).text == "Mira likes tea. [PRF-1, lisbon-2023 t-0014]"


def test_a_memory_without_a_turn_is_cited_by_its_address_or_not_at_all() -> None:
    page = Memory("DOC-1", "Tea is grown here.", citation=Citation(source_url="https://example.org/tea"))
    bare = Memory("FCT-1", "Tea is drunk there.")
    assert answer_from("tea", [page, bare]).text.splitlines() == [
        "Tea is grown here. [DOC-1, https://example.org/tea]",
        "Tea is drunk there. [FCT-1, no citation]",
    ]


def test_nothing_found_says_so_and_cites_nothing() -> None:
    answer = answer_from("quantum chromodynamics", [Memory("FCT-1", "Tea is drunk there.")])
    assert (answer.text, answer.memory_ids) == ("Nothing in memory answers this.", [])
    assert answer_from("tea", []).text == "Nothing in memory answers this."


def test_the_rarer_match_comes_first_and_ties_keep_prompt_order() -> None:
    memories = [Memory("A", "Tea at noon."), Memory("B", "Tea at four."), Memory("C", "Tea from Assam.")]
    assert answer_from("Assam tea", memories).memory_ids == ["C", "A", "B"]


def test_the_best_sentence_of_a_memory_is_quoted() -> None:
    memory = Memory("A", "Mira plays the viola. Her hotel in Porto is the Aurora. She dislikes ferries.")
    assert answer_from("Which hotel in Porto?", [memory]).sentences[0].text == "Her hotel in Porto is the Aurora."


def test_kind_and_tags_count_for_every_sentence() -> None:
    memory = Memory("PRF-1", "An aisle seat near the front.", kind="preference", tags=("flights",))
    assert answer_from("my preferences", [memory]).memory_ids == ["PRF-1"]
    assert answer_from("flights", [memory]).memory_ids == ["PRF-1"]


def test_lines_without_a_full_stop_are_sentences() -> None:
    memory = Memory("A", "Prefers tea\nLives in Oslo\n- wants an aisle seat")
    assert [answer_from(word, [memory]).sentences[0].text for word in ("tea", "Oslo", "aisle")] == [
        "Prefers tea",
        "Lives in Oslo",
        "- wants an aisle seat",
    ]


def test_a_full_stop_inside_a_number_or_a_name_ends_nothing() -> None:
    memory = Memory("A", "Version 3.11.2 of config.yaml costs 12.50 euros. Nobody minds.")
    assert answer_from("euros", [memory]).sentences[0].text == "Version 3.11.2 of config.yaml costs 12.50 euros."


def test_wide_full_stops_end_a_sentence() -> None:
    memory = Memory("A", "茶 is tea。酒 is wine。")
    assert answer_from("wine", [memory]).sentences[0].text == "酒 is wine。"


def test_at_most_four_sentences_are_given() -> None:
    memories = [Memory(f"M-{number}", f"Tea number {number}.") for number in range(9)]
    assert answer_from("tea", memories).memory_ids == ["M-0", "M-1", "M-2", "M-3"]


def test_untrusted_text_comes_last_marked_and_in_quotes() -> None:
    page = Memory("DOC-1", "The Assam tea tax is 9 %.", trust="document", citation=Citation(source_url="http://x"))
    fact = Memory("FCT-1", "Tea is fine.")
    answer = answer_from("Assam tea tax", [page, fact], untrusted={"DOC-1"})
    assert answer.text.splitlines() == [
        "Tea is fine. [FCT-1, no citation]",
        '(untrusted) "The Assam tea tax is 9 %." [DOC-1, http://x]',
    ]
    assert answer.memory_ids == ["FCT-1", "DOC-1"]


def test_untrusted_text_never_takes_the_place_of_trusted_text() -> None:
    pages = [Memory(f"DOC-{number}", "Assam tea tax.") for number in range(4)]
    facts = [Memory(f"FCT-{number}", "Tea.") for number in range(4)]
    answer = answer_from("Assam tea tax", [*pages, *facts], untrusted={page.memory_id for page in pages})
    assert answer.memory_ids == ["FCT-0", "FCT-1", "FCT-2", "FCT-3"]


def test_what_the_prompt_fences_is_untrusted() -> None:
    entries = (PromptEntry("DOC-1", "DOC-1", "x", 1, untrusted=True), PromptEntry("FCT-1", "FCT-1", "y", 1, False))
    prompt = Prompt((PromptSection("core", 0, ()), PromptSection("retrieved", 2, entries)))
    assert untrusted_in(prompt) == {"DOC-1"}


def test_a_long_memory_without_full_stops_takes_no_time() -> None:
    memory = Memory("A", "tea " * 25_000 + "\n" + " " * 100_000 + "\nend")
    started = time.process_time()
    assert answer_from("tea", [memory]).memory_ids == ["A"]
    assert time.process_time() - started < 2


def test_the_answer_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "from memview.model.memory import Memory\n"
        "from memview.responders.extractive import answer_from\n"
        "words = [f'w{n}q' for n in range(40)]\n"
        "memories = [Memory(f'M{n}', ' '.join(words[n % 7::1 + n % 5])) for n in range(30)]\n"
        "print(answer_from(' '.join(words), memories).memory_ids)\n"
    )

    def printed(seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True).stdout

    assert len({printed(seed) for seed in ("0", "1", "2")}) == 1


@given(st.text(max_size=60), st.lists(st.text(max_size=80), max_size=5))
def test_every_sentence_is_taken_from_the_memory_that_it_cites(question: str, texts: list[str]) -> None:
    memories = [Memory(f"M-{number}", text) for number, text in enumerate(texts)]
    answer = answer_from(question, memories)
    assert all(sentence.text in sentence.memory.text for sentence in answer.sentences)
    assert answer == answer_from(question, memories)
