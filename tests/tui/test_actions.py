"""The action table and the user's key map."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.tui.actions import ACTIONS, APP, INSPECTOR, MEMORY, PICKER, actions_on, actions_only_on, grouped
from memview.tui.keymap import apply_keymap, normalise_key, show_key, show_keys

PROMISED = (
    "step.forward step.back event.forward event.back go.first go.last go.to play.toggle play.faster play.slower "
    "policy.choose policy.next policy.previous budget.change filter.open filter.next filter.previous filter.clear "
    "memory.open copy.row screenshot.save pane.maximise pane.core pane.turn pane.hits pane.timeline theme.choose "
    "help.keys help.pane warnings.show session.open palette.open app.suspend app.quit"
).split()


def test_every_promised_action_is_in_the_table_once() -> None:
    ids = [action.id for action in ACTIONS]
    assert len(ids) == len(set(ids))
    assert set(PROMISED) <= set(ids)


@pytest.mark.parametrize("scope", [INSPECTOR, MEMORY, PICKER])
def test_no_two_actions_of_a_screen_share_a_key(scope: str) -> None:
    keys = [key for action in actions_on(scope) for key in action.keys]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_explains_itself_and_has_a_real_key(action) -> None:  # type: ignore[no-untyped-def]
    assert action.keys
    assert [normalise_key(key) for key in action.keys] == list(action.keys)
    assert action.help.endswith((".", "`."))
    assert len(action.footer) <= 12
    assert action.group
    assert action.scopes


def test_a_screen_footer_holds_a_few_labels() -> None:
    for scope in (INSPECTOR, MEMORY, PICKER):
        assert len({action.footer for action in actions_on(scope) if action.footer}) <= 10
        own = {action.footer for action in actions_only_on(scope) if action.footer}
        assert 0 < len(own) <= 8


def test_the_table_needs_no_textual() -> None:
    code = (
        "import sys, memview.tui.actions, memview.tui.keymap; print('textual' in sys.modules or 'yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_groups_keep_table_order() -> None:
    groups = grouped(actions_on(INSPECTOR))
    assert next(iter(groups)) == "Time travel"
    assert [action.id for action in groups["Time travel"]][:2] == ["step.back", "step.forward"]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("?", "question_mark"), ("/", "slash"), ("+", "plus"), ("-", "minus"), ("ctrl+?", "ctrl+question_mark"),
        ("shift+a", "A"), ("ctrl+A", "ctrl+shift+a"), ("shift+ctrl+left", "ctrl+shift+left"), (" x ", "x"),
        ("full_stop", "full_stop"), (".", "full_stop"), ("hyphen_minus", "minus"), ("<", "less_than_sign"), ("é", "é"),
    ],
)  # fmt: skip
def test_keys_get_the_name_that_textual_reports(written: str, key: str) -> None:
    assert normalise_key(written) == key


@pytest.mark.parametrize("nonsense", ["", "banana", "ctrl+", "ctl+x", "ctrl+ctrl+x", "f99", "\x1b", "left right"])
def test_nonsense_is_no_key(nonsense: str) -> None:
    assert normalise_key(nonsense) is None


@given(st.characters(min_codepoint=33, max_codepoint=126))
def test_a_printable_character_is_named_as_textual_names_it(character: str) -> None:
    from textual.keys import _character_to_key

    assert normalise_key(character) == _character_to_key(character)
    assert show_key(normalise_key(character) or "") == character


@given(st.text(max_size=12))
def test_any_text_is_a_key_or_not_but_never_an_error(text: str) -> None:
    key = normalise_key(text)
    assert key is None or normalise_key(key) == key


def test_keys_are_shown_as_people_write_them() -> None:
    assert show_keys(("left", "ctrl+p", "shift+tab", "question_mark", "f1")) == "← ^p shift+tab ? f1"


def test_a_good_keymap_is_taken_over() -> None:
    keymap = apply_keymap({"step.forward": "j, right", "step.back": "h"})
    assert keymap.problems == ()
    assert keymap.for_textual() == {"step.forward": "j,right", "step.back": "h"}


def test_an_unknown_action_offers_the_nearest() -> None:
    keymap = apply_keymap({"step.forwrad": "x"})
    assert keymap.keys == {}
    assert "'step.forward'" in keymap.problems[0]


@pytest.mark.parametrize("keys", ["banana", "", "x,,y", "ctrl+"])
def test_a_nonsense_key_is_reported_and_the_rest_holds(keys: str) -> None:
    keymap = apply_keymap({"step.forward": keys, "go.to": "j"})
    assert list(keymap.keys) == ["go.to"]
    assert "step.forward" in keymap.problems[0]


def test_a_stolen_key_is_reported() -> None:
    keymap = apply_keymap({"step.forward": "g"})
    assert keymap.keys == {}
    assert "g already does go.to" in keymap.problems[0]


def test_two_entries_on_one_key_keep_one() -> None:
    keymap = apply_keymap({"step.forward": "j", "go.to": "j"})
    assert len(keymap.keys) == 1
    assert len(keymap.problems) == 1


def test_a_program_key_cannot_be_stolen_by_a_screen() -> None:
    assert apply_keymap({"memory.close": "question_mark"}).problems
    assert any(APP in action.scopes for action in ACTIONS if action.id == "help.keys")


def test_keys_can_be_swapped() -> None:
    keymap = apply_keymap({"step.forward": "left", "step.back": "right"})
    assert keymap.problems == ()
    assert keymap.keys == {"step.forward": ("left",), "step.back": ("right",)}


def test_the_same_key_on_screens_that_never_meet_is_fine() -> None:
    assert apply_keymap({"picker.path": "g"}).problems == ()
