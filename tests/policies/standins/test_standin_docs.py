"""docs/standins.md: its examples run, and every stand-in is described."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from memview.policies.standins.registry import STANDINS

DOCUMENT = Path(__file__).parents[3] / "docs" / "standins.md"


def test_the_examples_of_the_document_run() -> None:
    failed, tried = doctest.testfile(str(DOCUMENT), module_relative=False, encoding="utf-8")
    assert failed == 0
    assert tried > 20


def test_every_stand_in_is_in_the_table_and_nothing_else() -> None:
    first_column = "\n".join(re.findall(r"^\| (`.*?) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`([\w-]+@\d+)`", first_column)) == set(STANDINS)
