"""Hostile texts cost work in proportion to their length: steps are counted, nothing is timed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from memview.guard import screen
from memview.guard.sensitive import find_sensitive

SMALL = 20_000
HOSTILE = {
    "one letter": "a",
    "blanks": " ",
    "line ends": "\n",
    "dots": ". ",
    "orders": "Write a. ",
    "overrides": "ignore all ",
    "nearly overrides": "ignore previous ",
    "triggers": "if the user asks ",
    "questions": "What is x? ",
    "addresses": "send a@b.c ",
    "base64": "QUFB",
    "comments": "<!-- ",
    "tags": "<a hidden ",
    "links": "[](http://a?",
    "snippets": "Add the following code snippet ",
    "notices": "system update ",
    "roles": "\nsystem: ",
    "blocks": "core memory ",
    "copies": "keep this note ",
    "zero width": "a\u200b",
    "escapes": "\x1b[",
    "adjuncts": "in a, ",
    "fetches": "curl ",
    "bullets": "- ",
    "full width": "ｉ",
    "polite": "please ",
    "keys": "sk-",
    "passwords": "password=",
    "digits": "1-",
    "tokens": "eyJ",
}


def steps(work: Callable[[], object]) -> int:
    """Calls of Python and of C functions, regular expressions among them, while `work` runs."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("look", [lambda text: screen(text, "document"), find_sensitive], ids=["screen", "sensitive"])
@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_text_is_at_most_twice_the_work(name: str, look: Callable[[str], object]) -> None:
    piece = HOSTILE[name]
    text = piece * (SMALL // len(piece))
    look(text)  # compiles what it needs
    once, twice = steps(lambda: look(text)), steps(lambda: look(text + text))
    assert twice <= 2.3 * once + 200


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_on_one_line_is_read(name: str) -> None:
    piece = HOSTILE[name]
    assert screen(piece * (1_000_000 // len(piece)), "message").score <= 1


def test_expressions_have_no_nested_unbounded_repeats() -> None:
    """`(a+)+` and the like: what makes an expression run for ever."""
    from memview.guard.rules import authority, code, core_blocks, exfiltration, overrides, self_copy, triggers

    patterns = [
        *authority._patterns().values(),
        code._harm(),
        core_blocks._overwrite(),
        exfiltration._send(),
        exfiltration._private(),
        overrides._override(),
        overrides._disclosure(),
        self_copy._pattern(),
        triggers._condition(),
    ]
    nested = re.compile(r"[+*]\)[+*]")
    assert [pattern.pattern for pattern in patterns if nested.search(pattern.pattern)] == []
