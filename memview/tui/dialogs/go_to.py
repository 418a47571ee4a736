"""Go to: a turn, an event, a step, the end. What the words mean is a pure function; the dialog only asks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import fit, printable
from memview.model.errors import MemviewError
from memview.settings import did_you_mean
from memview.tui.dialogs.dialog import Dialog
from memview.tui.position import Position, at_event, at_turn, step_turns

if TYPE_CHECKING:
    from memview.replay import Replay

EXAMPLES = "12   t-0012   7.3 (3rd event of turn 7)   #451 (event)   +5   -5   end"
_NUMBER = re.compile(r"\d{1,9}")
_STEP = re.compile(r"[+-]\d{1,9}")
_EVENT_OF_TURN = re.compile(r"(\d{1,9})\.(\d{1,9})")
_EVENT = re.compile(r"#(\d{1,12})")


class GoToError(MemviewError):
    """A place that the session does not have, or has not been computed yet."""


def resolve(text: str, replay: Replay, here: Position) -> Position:
    """The position that `text` names, seen from `here`. Raises `GoToError`, which says what there is instead."""
    wanted = text.strip()
    if wanted.casefold() in ("end", "last"):
        return at_turn(replay, replay.turn_count)
    if wanted.casefold() in ("start", "first"):
        return at_turn(replay, 0)
    if _STEP.fullmatch(wanted):
        return step_turns(replay, here, int(wanted))
    if event := _EVENT.fullmatch(wanted):
        return _event(int(event[1]), replay)
    if parts := _EVENT_OF_TURN.fullmatch(wanted):
        return _event_of_turn(int(parts[1]), int(parts[2]), replay)
    if _NUMBER.fullmatch(wanted) and int(wanted) <= replay.turn_count:
        return _turn(int(wanted), replay)
    for number, turn in enumerate(replay.session.turns, start=1):
        if turn.turn_id.casefold() == wanted.casefold():
            return _turn(number, replay)
    raise GoToError(_unknown(wanted, replay))


def _turn(number: int, replay: Replay) -> Position:
    if number > replay.computed:
        raise GoToError(f"turn {number} is still being computed; {replay.computed} are ready")
    return at_turn(replay, number)


def _event(seq: int, replay: Replay) -> Position:
    if seq >= len(replay.events):
        still = "" if replay.is_complete else " so far"
        raise GoToError(f"there is no event #{seq}; the last one{still} is #{len(replay.events) - 1}")
    return at_event(replay, seq)


def _event_of_turn(turn: int, number: int, replay: Replay) -> Position:
    if turn > replay.turn_count:
        raise GoToError(f"there is no turn {turn}; the session has {replay.turn_count}")
    _turn(turn, replay)
    span = replay.event_span(turn)
    if not 1 <= number <= len(span):
        raise GoToError(f"turn {turn} has {len(span)} events; write {turn}.1 to {turn}.{len(span)}")
    return at_event(replay, span.start + number - 1)


def _unknown(wanted: str, replay: Replay) -> str:
    if _NUMBER.fullmatch(wanted):
        return f"there is no turn {wanted}; the session has {replay.turn_count}"
    nearest = did_you_mean(wanted, (turn.turn_id for turn in replay.session.turns[:2000]))
    return f"no turn is called {wanted!r}{nearest}"


def describe(position: Position, replay: Replay) -> str:
    """One line about a place: its turn, its event, and the start of what was said there."""
    if position.event is not None:
        event = replay.events[position.event]
        number = position.event - replay.event_span(position.turn).start + 1
        return (
            f"event {position.turn}.{number} of turn {position.turn}: {event.action} {event.memory_id or ''}".rstrip()
        )
    if position.turn == 0:
        return "the start: after loading, before the first turn"
    turn = replay.session.turns[position.turn - 1]
    return f"turn {position.turn} of {replay.turn_count} · {turn.role}: {turn.text[:200]}"


class GoToDialog(Dialog[Position]):
    """Answers with the position to show."""

    DEFAULT_CSS = """
    GoToDialog .preview { height: 1; color: $text-muted; }
    """
    QUESTION = "Go to"
    HINTS = (("enter", "go", "confirm"), ("esc", "cancel", "cancel"))

    def __init__(self, replay: Replay, here: Position) -> None:
        super().__init__()
        self._replay = replay
        self._here = here

    def body(self) -> Iterable[Widget]:
        yield Input(placeholder="turn, event or step", select_on_focus=False)
        yield Static(EXAMPLES, classes="preview", markup=False)

    def action_confirm(self) -> None:
        text = self.query_one(Input).value
        if not text.strip():
            self.dismiss(None)
            return
        try:
            self.dismiss(resolve(text, self._replay, self._here))
        except GoToError as error:
            self.complain(str(error))

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.complain("")
        preview = self.query_one(".preview", Static)
        try:
            shown = (
                describe(resolve(event.value, self._replay, self._here), self._replay) if event.value.strip() else ""
            )
        except GoToError:
            # Half a word is no mistake yet: enter says what is wrong with it.
            shown = ""
        preview.update(fit(printable(shown), max(1, preview.size.width)) if shown else EXAMPLES, layout=False)
