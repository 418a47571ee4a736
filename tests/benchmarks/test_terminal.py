from __future__ import annotations

import pytest

from benchmarks.terminal import FRAME_END, FRAME_START, has_frame


@pytest.mark.parametrize(
    ("seen", "whole", "with_text"),
    [
        (b"", False, False),
        (FRAME_START + b"\x1b[1;1Htext", False, False),
        (b"text" + FRAME_END, False, False),
        (FRAME_START + b"\x1b[48;2;1;2;3m     \x1b[0m" + FRAME_END, True, False),
        (FRAME_START + b"\x1b]2;title\x07\x1b[1;1Htext" + FRAME_END, True, True),
        (FRAME_START + b"\x1b]2;title\x07\x1b[1;1H  " + FRAME_END, True, False),
        (FRAME_START + b"  " + FRAME_END + FRAME_START + b"text" + FRAME_END, True, True),
    ],
)
def test_a_frame_is_whole_when_it_is_closed_and_has_text_when_it_has_more_than_blanks(
    seen: bytes, whole: bool, with_text: bool
) -> None:
    assert has_frame(seen, with_text=False) is whole
    assert has_frame(seen, with_text=True) is with_text
