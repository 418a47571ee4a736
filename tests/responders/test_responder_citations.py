"""Memory ids in free text."""

from __future__ import annotations

from memview.responders.citations import ids_named_in


def test_ids_come_in_the_order_in_which_the_text_names_them() -> None:
    assert ids_named_in("By [B-2] and A-1, see B-2.", ["A-1", "B-2", "C-3"]) == ["B-2", "A-1"]


def test_an_id_inside_a_longer_one_is_not_named() -> None:
    assert ids_named_in("PRF-00012 and XPRF-1 and PRF-1-b", ["PRF-0001", "PRF-1", "PRF-00012"]) == ["PRF-00012"]


def test_an_id_is_text_and_no_pattern() -> None:
    assert ids_named_in("a+b (c)", ["a+b", "(c)", ".*"]) == ["a+b", "(c)"]
