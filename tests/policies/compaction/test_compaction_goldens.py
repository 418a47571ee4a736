"""The cuts that the shipped systems make, by hand or measured: golden cutoffs of presets.md."""

from __future__ import annotations

import pytest
from compaction_chats import S1, S2, S3, compact, cutoff, ids

from memview.policies.compaction.on_messages import Message


@pytest.mark.parametrize(
    ("policy", "messages", "window", "expected"),
    [
        ("memgpt@0.3.25", S1, 4000, 32),
        ("memgpt@0.3.25", S2, 4000, 32),
        ("memgpt@0.3.25", S3, 5000, 38),
        ("letta@0.9.1", S1, 4000, 29),
        ("letta@0.9.1", S2, 4000, 30),
        ("letta@0.16.8", S1, 4800, 14),
        ("letta@0.16.8", S1, 4400, 20),
        ("letta@0.16.8", S1, 3000, 29),
        ("letta@0.16.8", S1, 1500, 35),
        ("letta@0.16.8", S2, 4800, 16),
        ("letta@0.16.8", S2, 3000, 28),
        ("letta@0.16.8", S2, 1500, 36),
        ("letta@0.16.8", S3, 6000, 28),
    ],
)
def test_golden_cutoffs(policy: str, messages: list[Message], window: int, expected: int) -> None:
    result = compact(policy, messages, window)
    assert cutoff(result) == expected
    assert ids(result.kept) == [0, *range(expected, len(messages))]
    assert result.triggered
    assert result.summary


def test_letta_falls_to_mode_all_when_no_cut_is_below_the_goal() -> None:
    result = compact("letta@0.16.8", S3, 4800)
    assert ids(result.kept) == [0]
    assert "mode all" in result.reason


def test_memgpt_thrashes_on_one_huge_newest_message() -> None:
    first = compact("memgpt@0.3.25", S3, 3000)
    assert ids(first.kept) == [0, 38, 39, 40]
    assert sum(int(str(message["tokens"])) for message in first.kept) > 3000
    again = compact("memgpt@0.3.25", first.kept, 3000)
    assert not again.triggered
    assert ids(again.kept) == ids(first.kept)
    assert "nothing to evict" in again.reason
