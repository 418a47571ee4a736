"""A prompt against another: what begins alike is what the metric counts, and every entry has one state."""

from __future__ import annotations

from building import memory, run, session, turn
from hypothesis import given
from strategies import Case, cases

from memview.replay.prompt_diff import KEPT, NEW, PREFIX, compare_prompts
from memview.replay.views import Prompt, PromptEntry, PromptSection


def prompt(**sections: str) -> Prompt:
    """A prompt whose sections hold one entry a letter, each of 10 tokens."""
    names = ("system", "core", "window", "query")
    return Prompt(
        tuple(
            PromptSection(
                name,
                10 * len(sections.get(name, "")),
                tuple(PromptEntry(letter, letter, letter, 10, untrusted=False) for letter in sections.get(name, "")),
            )
            for name in names
        )
    )


def states(now: Prompt, before: Prompt | None) -> str:
    compared = compare_prompts(now, before)
    glyph = {PREFIX: "=", KEPT: "~", NEW: "+"}
    return " ".join("".join(glyph[each.state] for each in section.entries) for section in compared.sections)


def test_a_change_in_the_core_makes_everything_after_it_be_read_again() -> None:
    before = prompt(system="s", core="ABC", window="xy", query="q")
    assert states(prompt(system="s", core="ABC", window="xyq", query="r"), before) == "= === === +"
    assert states(prompt(system="s", core="ABCD", window="xyq", query="r"), before) == "= ===+ ~~+ +"
    assert states(prompt(system="s", core="BC", window="xyq", query="r"), before) == "= ~~ ~~+ +"
    assert states(prompt(system="s", core="AB", window="xyq", query="r"), before) == "= == ~~+ +"
    assert states(prompt(system="s"), None) == "+   "


def test_what_went_and_how_much_is_untouched() -> None:
    compared = compare_prompts(prompt(system="s", core="AC", query="r"), prompt(system="s", core="AB", query="q"))
    assert [[entry.item_id for entry in section.gone] for section in compared.sections] == [[], ["B"], [], ["q"]]
    assert (compared.prefix_tokens, compared.total, compared.total_before) == (20, 40, 40)


def test_the_same_id_with_another_text_is_another_entry() -> None:
    one = Prompt((PromptSection("core", 5, (PromptEntry("A", "A", "old", 5, untrusted=False),)),) * 2)
    other = Prompt((PromptSection("core", 5, (PromptEntry("A", "A", "new", 5, untrusted=False),)),) * 2)
    compared = compare_prompts(one, other)
    assert compared.sections[0].entries[0].state == NEW
    assert compared.sections[0].gone[0].text == "new"


def test_the_prefix_is_the_one_that_the_metric_counts() -> None:
    loaded = tuple(memory(name, name * 4, tokens=40) for name in "ABC")
    replay = run(session(*(turn(number, name * 4) for number, name in enumerate("ABCAB", 1)), loaded=loaded))
    for number in range(2, 6):
        compared = compare_prompts(replay.prompt(number), replay.prompt(number - 1))
        assert compared.prefix_tokens == replay.reused_tokens(number)


@given(cases())
def test_states_part_the_prompt_and_the_prefix_never_exceeds_the_metric(case: Case) -> None:
    replay = case.replay()
    for number in range(2, replay.turn_count + 1):
        now, before = replay.prompt(number), replay.prompt(number - 1)
        compared = compare_prompts(now, before)
        told = [each.entry for section in compared.sections for each in section.entries]
        assert told == [entry for section in now.sections for entry in section.entries]
        flat = [each.state for section in compared.sections for each in section.entries]
        assert PREFIX not in flat[flat.count(PREFIX) :]
        assert compare_prompts(now, now).prefix_tokens == sum(entry.tokens for entry in told)
