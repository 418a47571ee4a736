"""Identifiers are found and made the same however they are usually written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.policies.standins.identifiers import KINDS, identifiers, survival
from memview.policies.standins.texts import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://Docs.Example.com/a/b_(c)?x=1), or www.foo.org.",
         ["url https://docs.example.com/a/b_(c)?x=1", "url https://www.foo.org"]),
        ("Mail Bob.Smith+x@Example.co.uk now", ["email bob.smith+x@example.co.uk"]),
        ("src/app.py:42 and ./run.sh, ~/notes, /etc/hosts.",
         ["path src/app.py", "number 42", "path run.sh", "path ~/notes", "path /etc/hosts"]),
        (r"C:\Users\bob\x.txt or README.md, and/or .env", ["path C:/Users/bob/x.txt", "path README.md", "path .env"]),
        ("ValueError, E1234, ENOENT, ERR_BAD, requests.exceptions.ConnectionError",
         ["error ValueError", "error E1234", "error ENOENT", "error ERR_BAD", "error ConnectionError"]),
        ("$1,200.50 is 12% of 5 km, 5km and v3.11.4", ["number $1200.50", "number 12%", "number 5km", "number 3.11.4"]),
        ("7 May 2023, May 7, 2023, 2023-05-07 at 10:30 pm", ["number 2023-05-07", "number 10:30pm"]),
        ("the 7th of May, in March 2024, 5/7/2023 and 24/7",
         ["number 05-07", "number 2024-03", "number 5/7/2023", "number 24/7"]),
        ('He read "Charlotte\'s  Web" and “Big Book.”, \'small one\', don\'t, can\'t',
         ["quoted charlotte's web", "quoted big book", "quoted small one"]),
        ('"a1","b c": "src/x.py"',
         ["quoted a1", "code a1", "quoted b c", "quoted src/x.py", "path src/x.py"]),
        ("use `foo bar`, `src/x.py`, getUserName, MyClass.method, --flag and call()",
         ["code foo bar", "path src/x.py", "code getUserName", "code MyClass.method", "code --flag", "code call()"]),
        ("gpt-4o, PRF-00012, a1b2c3d4e5f, #42, @bob, os.path.join, o200k_base",
         ["code gpt-4o", "code PRF-00012", "code a1b2c3d4e5f", "number #42", "code @bob", "code os.path.join",
          "code o200k_base"]),
        ("1. first 2 items", ["number 2"]),
        ("Well, I'm fine (really). And you? It's A OK…", []),
        ("a single / or '' or \"\" or http:// is nothing", []),
    ],
)  # fmt: skip
def test_identifiers_by_hand(text: str, expected: list[str]) -> None:
    assert [f"{kind} {normal}" for kind, normal in identifiers(text)] == expected


def test_survival_counts_each_identifier_once() -> None:
    before = ["Open src/app.py, line 42.", "It cost 42 euros.", "See src/app.py again, and lib/b.py."]
    assert survival(before, ["src/app.py was opened"]) == {"path": (1, 2), "number": (0, 2)}
    assert survival(before, before) == {"path": (2, 2), "number": (2, 2)}
    assert survival(before, []) == {"path": (0, 2), "number": (0, 2)}
    assert survival([], before) == {}


SCRAPS = st.sampled_from(
    ["src/a.py", "5 km", "on 7 May 2023", '"a name"', "https://x.y/z.", "E123", "fooBar", "1.", "I'm", ". ", "\n- "]
)  # fmt: skip


@given(st.lists(SCRAPS, max_size=12).map(" ".join))
def test_a_text_whose_sentences_are_kept_has_lost_nothing(text: str) -> None:
    assert all(kept == total for kept, total in survival([text], sentences(text)).values())


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text_has_well_formed_identifiers(text: str) -> None:
    found = identifiers(text)
    assert len(set(found)) == len(found)
    assert all(kind in KINDS and normal for kind, normal in found)


@given(st.from_regex(r"[ .'’A-Za-z,!?]{0,80}", fullmatch=True))
def test_what_is_passed_over_as_plain_words_has_no_identifier(text: str) -> None:
    from memview.policies.standins import identifiers as module

    for sentence in sentences(text):
        if module._PLAIN.fullmatch(sentence):
            assert list(module._found_in(sentence)) == []
