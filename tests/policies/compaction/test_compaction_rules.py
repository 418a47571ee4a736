"""One worked example, by hand, for each preset: when it fires, what it keeps, and how it repairs the cut."""

from __future__ import annotations

import pytest
from compaction_chats import S1, S2, chat, compact, cutoff, ids, kept


def test_memgpt_paper_frees_half_a_window() -> None:
    messages = chat("ua" * 10, tokens=100, system=100)  # 2,100 tokens
    assert not compact("memgpt-paper", messages, 2100).triggered, "100 % is not above 100 %"
    result = compact("memgpt-paper", messages, 2000)
    assert cutoff(result) == 11, "ten messages of 100 are half of 2,000"
    assert result.summary
    assert result.warning == "memory pressure: prompt tokens 2100 > 1400"
    assert compact("memgpt-paper", messages, 3000).warning == "", "2,100 is not above 70 % of 3,000"


def test_memgpt_warns_above_three_quarters_and_evicts_only_on_overflow() -> None:
    full = compact("memgpt@0.3.25", S2, 4400)
    assert not full.triggered
    assert full.warning == "memory pressure: prompt tokens 4400 > 3300"
    assert ids(full.kept) == ids(S2)
    assert compact("memgpt@0.3.25", S2, 4399).triggered
    assert compact("memgpt@0.3.25", S2, 5867).warning == "", "4,400 is not above 75 % of 5,867"


def test_memgpt_keeps_the_message_that_crosses_and_starts_on_no_result() -> None:
    # 12 x 100: 900 wanted, message 10 would cross but is no candidate, so 9 is the last one: the cut is at 10.
    assert cutoff(compact("memgpt@0.3.25", chat("uauauauauaua"), 1000)) == 10
    # 20 x 100: 1,500 wanted, message 16 crosses it and is where the cut falls, on the user's: one further.
    assert cutoff(compact("memgpt@0.3.25", chat("a" * 15 + "uauau"), 1000)) == 17
    assert cutoff(compact("memgpt@0.3.25", chat("a" * 15 + "tttau"), 1000)) == 19


def test_memgpt_claims_and_code_differ() -> None:
    # 2,901 of 4,000 tokens: the paper warns above 70 %, the code above 75 %.
    messages = chat("ua" * 20 + "u", tokens=61)
    assert compact("memgpt-paper", messages, 4000).warning
    assert not compact("memgpt@0.3.25", messages, 4000).warning
    # Overflow of a window of 2,500: half of the window is 1,250, three quarters of the buffer are 1,875.
    assert len(compact("memgpt-paper", messages, 2500).evicted) == 21
    assert len(compact("memgpt@0.3.25", messages, 2500).evicted) == 31


def test_letta_0_7_6_keeps_the_newest_third_as_intended_and_nothing_as_coded() -> None:
    # 4,400 tokens, 3,080 wanted: message 31 reaches them but is the user's, 32 is the assistant's, 33 its result.
    intended = compact("letta@0.7.6-as-intended", S1, 4000)
    assert cutoff(intended) == 34
    assert intended.destination == "recall"
    coded = compact("letta@0.7.6-as-coded", S1, 4000)
    assert ids(coded.kept) == [0], "claimed: keeps about 30 %; coded: drops all but system prompt and summary"
    assert set(coded.summary_sources) <= set(range(1, 34)), "the summary has seen only what should have left"
    assert not compact("letta@0.7.6-as-intended", S1, 4400).triggered


def test_letta_0_8_7_cuts_a_buffer_of_60_back_to_15_from_the_user_on() -> None:
    assert not compact("letta@0.8.7", chat("u" * 59), 100_000).triggered, "60 with the system prompt"
    result = compact("letta@0.8.7", chat("uat" * 20), 100_000)
    # 61 in all: index 46 starts the newest 15 and is the user's (46 = 3 x 15 + 1).
    assert cutoff(result) == 46
    assert result.reason == "messages 61 > 60"
    assert cutoff(compact("letta@0.8.7", chat("uat" * 20 + "u"), 100_000)) == 49, "forward from 47 to the user's"
    assert kept("letta@0.8.7", S1, 4000) == [], "an overflow clears the buffer"


def test_letta_0_9_1_rounds_half_to_even_and_looks_for_the_assistant() -> None:
    # 15 in all: round(10.5) is 10, where Python rounds half to even; 10 is the assistant's.
    assert cutoff(compact("letta@0.9.1", chat("ua" * 7), 1000)) == 10
    refused = compact("letta@0.9.1", chat("a" * 10 + "u" * 10), 1000)
    assert not refused.triggered
    assert "no message of the assistant's from 15 on" in refused.reason


def test_letta_0_16_8_counts_with_a_safety_factor_and_starts_at_40_percent() -> None:
    # 1.3 x 4,400 is 5,720: it fires from int(.9 x 6,355) = 5,719 on.
    assert compact("letta@0.16.8", S2, 6355).triggered
    assert not compact("letta@0.16.8", S2, 6357).triggered
    assert cutoff(compact("letta@0.16.8", S2, 6355)) == 16, "round(.4 x 41) = 16, though 30 % would do"


def test_langchain_summary_buffer_pops_until_2000_are_left() -> None:
    result = compact("langchain-summary-buffer", S2, 8000)
    assert cutoff(result) == 21
    assert result.destination == "nowhere"
    assert not compact("langchain-summary-buffer", chat("ua" * 10), 8000).triggered, "2,000 is the limit"


def test_langchain_middleware_keeps_twenty_and_calls_with_their_results() -> None:
    assert not compact("langchain-middleware", S2, 5502).triggered
    assert cutoff(compact("langchain-middleware", S2, 5500)) == 21, "4,400 is 80 % of 5,500"
    # 41 in all: 21 is a result whose call is 20.
    assert cutoff(compact("langchain-middleware", chat("u" * 19 + "at" + "ua" * 9 + "u"), 3000)) == 20
    # Five messages back it looks no further: a call with many results is parted from them.
    assert cutoff(compact("langchain-middleware", chat("u" * 13 + "a" + "t" * 10 + "ua" * 8), 3000)) == 21
    assert "no more than 20" in compact("langchain-middleware", chat("ua" * 10), 1000).reason


def test_langchain_middleware_loses_all_but_the_last_4000_tokens_of_what_leaves() -> None:
    result = compact("langchain-middleware", chat("ua" * 40), 10_000)
    assert cutoff(result) == 61
    # 4,000 tokens are the messages 21 to 60, and 21 is the user's.
    assert set(result.summary_sources) <= set(range(21, 61))
    assert result.summary_sources
    silent = compact("langchain-middleware", chat("u" * 5 + "a" * 75), 10_000)
    assert silent.summary == "Previous conversation was too long to summarize."
    assert silent.summary_sources == ()


def test_llamaindex_flushes_chunks_up_to_a_users_message() -> None:
    # 22,000 tokens are 1,000 over 21,000: three messages are a chunk of 3,000, and 4 is not the user's, 5 is.
    result = compact("llamaindex-memory", chat("uaat" + "ua" * 9, tokens=1000), 100_000)
    assert cutoff(result) == 5
    assert result.summary is None
    assert not compact("llamaindex-memory", chat("ua" * 10 + "u", tokens=1000), 100_000).triggered


def test_llamaindex_keeps_the_last_turn_however_long() -> None:
    assert kept("llamaindex-memory", chat("uauatt", tokens=30_000), 200_000) == [3, 4, 5, 6]


def test_claude_clears_all_tool_results_but_three() -> None:
    messages = chat("uat" * 5 + "u", tokens=10_000)
    result = compact("claude-clear-tools", messages, 200_000)
    assert result.evicted == []
    assert ids(result.kept) == ids(messages)
    assert [message["id"] for message in result.kept if message["content"] == "[cleared]"] == [3, 6]
    assert result.kept[3]["tokens"] != 10_000
    assert messages[3]["content"] != "[cleared]", "the client's own history is untouched"
    assert not compact("claude-clear-tools", chat("uat" * 3 + "u", tokens=9960), 200_000).triggered
    again = compact("claude-clear-tools", result.kept, 100_000)
    assert not again.triggered, "what is cleared is cleared"


def test_claude_compact_drops_all_above_150000() -> None:
    assert not compact("claude-compact", chat("uau", tokens=50_000, system=0), 200_000).triggered
    result = compact("claude-compact", chat("uau", tokens=50_000, system=1), 200_000)
    assert ids(result.kept) == [0]
    assert result.summary
    assert result.destination == "nowhere"


def test_claude_code_keeps_a_buffer_of_45000() -> None:
    assert not compact("claude-code", chat("uau", tokens=51_666, system=1), 200_000).triggered
    result = compact("claude-code", chat("uau", tokens=51_666, system=2), 200_000)
    assert ids(result.kept) == [0]
    assert result.destination == "recall"


def test_numbers_that_could_never_act_are_scaled_and_say_so() -> None:
    result = compact("claude-compact", S2, 5000)  # 150,000 of 200,000 is 3,750 of 5,000
    assert result.triggered
    assert result.reason == ("prompt tokens 4400 > 3750 (its 150000 tokens scaled from a window of 200000 to 5000)")
    assert compact("claude-code", S2, 5677).triggered, "22.5 % of 5,677 are 1,277"
    assert not compact("claude-code", S2, 5678).triggered


def test_openai_truncates_from_the_beginning_or_from_the_middle() -> None:
    messages = chat("uauauaua", tokens=100, system=100)
    assert kept("openai-truncate-head", messages, 600) == [4, 5, 6, 7, 8]
    assert kept("openai-truncate-middle", messages, 600) == [1, 2, 6, 7, 8]
    assert compact("openai-truncate-head", messages, 600).destination == "nowhere"
    assert not compact("openai-truncate-middle", messages, 900).triggered


def test_codex_keeps_users_messages_up_to_20000_tokens() -> None:
    messages = chat("uatuatuatu", tokens=9_000, system=10)
    assert not compact("codex", messages, 100_013).triggered
    result = compact("codex", messages, 100_000)
    assert ids(result.kept) == [0, 4, 7, 10], "of 4 there are 2,000 tokens left"
    assert "[7000 tokens cut]" in str(result.kept[1]["content"])
    assert ids(result.evicted) == [1, 2, 3, 5, 6, 8, 9]


def test_gemini_keeps_the_newest_30_percent_of_characters_from_the_user_on() -> None:
    messages = chat("ua" * 10)
    for message in messages:
        message.update(content="x" * 100)  # type: ignore[attr-defined]
    assert not compact("gemini-cli", messages, 4802).triggered
    # 20 messages of 100 characters: 1,400 lie before message 15, which is the user's.
    assert cutoff(compact("gemini-cli", messages, 4800)) == 15
    assert "nothing to evict" in compact("gemini-cli", chat("uaaaat"), 1000).reason


def test_gemini_cuts_old_tool_results_to_their_last_lines() -> None:
    messages = chat("u" + "a" * 17 + "uatatu", tokens=200)
    for index in (21, 23):
        messages[index].update(content="\n".join(str(line) for line in range(100)), tokens=40_000)  # type: ignore[attr-defined]
    messages[1].update(content="x" * 5000)  # type: ignore[attr-defined]
    result = compact("gemini-cli", messages, 100_000)
    assert ids(result.kept) == [0, *range(19, 25)]
    older, newer = str(result.kept[3]["content"]), str(result.kept[5]["content"])
    assert older.splitlines() == ["[70 earlier lines cut]", *(str(line) for line in range(70, 100))]
    assert newer.startswith("0\n")


def test_opencode_prunes_old_tool_output_and_never_the_last_two_turns() -> None:
    # Results 3, 6, 9 and 12 of 21,000: the last two turns are 7 to 12; then 6 is within 40,000, 3 beyond it.
    messages = chat("uat" * 4, tokens=21_000)
    result = compact("opencode", messages, 1_000_000)
    assert [message["id"] for message in result.kept if message["content"] == "[old tool output cleared]"] == [3]
    assert result.evicted == []
    assert not compact("opencode", chat("uat" * 3, tokens=21_000), 1_000_000).triggered


def test_opencode_keeps_two_turns_within_its_budget() -> None:
    messages = chat("uaa" * 10, tokens=1000)  # 30,400 tokens
    assert not compact("opencode", messages, 50_401).triggered
    # 25 % of 30,400 are 7,600: the last two turns are 6,000.
    assert kept("opencode", messages, 50_400) == [25, 26, 27, 28, 29, 30]
    # 25 % of 10,400 are 2,600: no turn fits, but the end of the last one does.
    assert kept("opencode", messages, 30_400) == [29, 30]


def test_openhands_keeps_4_and_so_many_that_60_are_left() -> None:
    assert not compact("openhands", chat("u" * 119), 100_000).triggered
    result = compact("openhands", chat("u" * 120), 100_000)
    assert ids(result.kept) == [0, 1, 2, 3, *range(66, 121)], "4 and 55, and the summary is the 60th"
    assert result.summary


def test_openhands_parts_no_call_from_its_result() -> None:
    result = compact("openhands", chat("ua" + "at" + "u" * 60 + "at" + "u" * 54), 100_000)
    assert ids(result.kept) == [0, 1, 2, *range(67, 121)], "3 called for 4, and 65 for 66"


def test_langmem_summarises_what_fits_and_ends_on_no_users_message() -> None:
    # A window of 4,000 leaves 3,600 for the conversation: 36 messages, the 36th is the assistant's.
    assert cutoff(compact("langmem", S2, 4000)) == 37
    assert cutoff(compact("langmem", S2, 3900)) == 35, "35 fit, and the 35th is the user's"
    assert not compact("langmem", S2, 4400).triggered
    # 4,000 tokens are not more than 2 x (2,528 - 400) - 256 = 4,000: from there on it is an error.
    assert "an error there" in compact("langmem", S2, 2528).reason
    assert compact("langmem", S2, 2529).triggered


def test_inspect_trims_a_fifth_behind_the_first_request() -> None:
    assert not compact("inspect-ai-trim", S2, 4890).triggered
    # 39 behind the first request, int(39 x .2) = 7 leave: 2 to 8.
    assert ids(compact("inspect-ai-trim", S2, 4888).evicted) == [2, 3, 4, 5, 6, 7, 8]
    # 7 of S1's 39 end at 8, whose result is 9: it goes along.
    assert ids(compact("inspect-ai-trim", S1, 4888).evicted) == [2, 3, 4, 5, 6, 7, 8, 9]


def test_recent_only_keeps_what_fits() -> None:
    assert kept("recent-only", S2, 1000) == list(range(35, 41))
    result = compact("recent-only", S2, 1000)
    assert (result.summary, result.destination) == (None, "nowhere")


def test_everything_keeps_everything() -> None:
    result = compact("everything", S2, 400)
    assert ids(result.kept) == ids(S2)
    assert not result.triggered


@pytest.mark.parametrize("policy", ["lru", "fifo"])
def test_a_policy_without_compaction_keeps_all(policy: str) -> None:
    assert ids(compact(policy, S2, 1000).kept) == ids(S2)
