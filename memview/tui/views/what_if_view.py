"""What can be changed at a turn, as rows to choose from: what holds now, and the change that another value makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.replay.budgets import BudgetOverrides, budgets_in_force
from memview.replay.changes import (
    Change,
    ChangeError,
    DropMemory,
    DropTurn,
    EditMemory,
    EditTurn,
    Pin,
    SetBudgets,
    SetParameter,
    Unpin,
    arrival_turn,
)
from memview.replay.changes_policy import Parameter, change_policy, parameters_of
from memview.replay.governance import Decision
from memview.tui.lines import Line, left

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks

_NAME = 34
_MOST_TOKENS = 100_000_000
_BUDGETS = (
    ("core", "Core budget", "Tokens of the memories that stay in the prompt."),
    ("window", "Window", "Tokens of the whole prompt, the reserve for the reply included."),
    ("retrieval", "Retrieved", "Tokens of what may be fetched for one turn."),
)


@dataclass(frozen=True, slots=True)
class Option:
    """One possible change. `present` is what holds now and `start` what the field begins with; both None: no value.

    `make` gives the change that a written value makes; it raises MemviewError for one that cannot be.
    """

    group: str
    name: str
    note: str
    make: Callable[[str], Change]
    present: str | None = None
    start: str | None = None

    @property
    def has_value(self) -> bool:
        return self.start is not None


def options_at(replay: Replay, turn: int, memory_id: str | None, masks: Masks) -> list[Option]:
    """What a person can change who stands at `turn` with the cursor on `memory_id`, nearest things first."""
    found: list[Option] = []
    if memory_id is not None:
        found += _memory_options(replay, turn, memory_id, masks)
    if turn:
        found += _turn_options(replay, turn, masks)
    found += _budget_options(replay)
    found += [_parameter_option(replay, parameter) for parameter in parameters_of(replay.spec)]
    return found


def _memory_options(replay: Replay, turn: int, memory_id: str, masks: Masks) -> Iterator[Option]:
    item = replay.workload.items.find(memory_id)
    if item is None or replay.workload.items.is_message(item) or replay.workload.items.arrivals[item] > turn:
        return
    group, memory = f"Memory {memory_id}", replay.memory(memory_id)
    if any(slot.memory_id == memory_id and slot.pinned for slot in replay.core_slots(turn)):
        note = "From here on it may be evicted like any other."
        yield Option(group, f"Unpin it after turn {turn}", note, lambda _: Unpin(memory_id, turn))
    else:
        note = "The next turn pages it in, if it fits, and nothing evicts it."
        yield Option(group, f"Pin it after turn {turn}", note, lambda _: Pin(memory_id, turn))
    if memory.quarantined or memory.is_sensitive:
        note = "A person releases it: prompts may hold it from here on."
        yield Option(group, f"Approve it after turn {turn}", note, lambda _: Decision(memory_id, turn))
    note = "A person refuses it: no later prompt holds it."
    yield Option(group, f"Refuse it after turn {turn}", note, lambda _: Decision(memory_id, turn, "refused"))
    if arrival_turn(replay.session, memory_id) is None:
        # A tool call wrote it: it goes and changes with its turn.
        return
    yield Option(
        group, "Its importance", "0 to 1; promotion and some evictions look at it.",
        lambda text: EditMemory(memory_id, importance=_share(text)),
        f"{memory.importance:g}", f"{memory.importance:g}",
    )  # fmt: skip
    shown = masks.of_memory(memory)
    yield Option(
        group, "Its text", "It was written with other words; its tokens are counted anew.",
        lambda text: EditMemory(memory_id, text=_words(text)),
        _flat(shown), _flat(shown) if shown == memory.text else "",
    )  # fmt: skip
    note = "It was never written; what refers to it is mended."
    yield Option(group, "Without it", note, lambda _: DropMemory(memory_id))


def _turn_options(replay: Replay, turn: int, masks: Masks) -> Iterator[Option]:
    recorded = replay.session.turns[turn - 1]
    group, shown = f"Turn {turn}", masks.of_text(recorded.text)
    yield Option(
        group, "What was said", "The recorded tool calls and the reply stay.",
        lambda text: EditTurn(turn, _words(text)),
        _flat(shown), _flat(shown) if shown == recorded.text else "",
    )  # fmt: skip
    note = "Nothing was said, called, written or answered: it stays as an empty turn."
    yield Option(group, "Empty it", note, lambda _: DropTurn(turn))


def _budget_options(replay: Replay) -> Iterator[Option]:
    for field, name, note in _BUDGETS:
        present = str(getattr(replay.budgets, field))

        def make(text: str, field: str = field) -> Change:
            change = SetBudgets(**{field: _tokens(text)})
            in_force = replay.budgets
            asked = BudgetOverrides(
                in_force.core if change.core is None else change.core,
                in_force.window if change.window is None else change.window,
                in_force.retrieval if change.retrieval is None else change.retrieval,
            )
            budgets_in_force(replay.workload, replay.spec, asked)
            return change

        yield Option("Budgets", name, note, make, present, present)


def _parameter_option(replay: Replay, parameter: Parameter) -> Option:
    def make(text: str) -> Change:
        change = SetParameter(parameter.path, parameter.parse(text))
        change_policy(replay.spec, change)
        return change

    note = "A key of the policy; an empty field is its default."
    return Option(f"Policy {replay.spec.label}", parameter.path, note, make, parameter.text, parameter.text)


def _words(text: str) -> str:
    if not text.strip():
        raise ChangeError("write the words that it should have, or drop it")
    return text


def _share(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ChangeError("write a number from 0 to 1")
    return number


def _tokens(text: str) -> int:
    plain = text.strip().replace(" ", "").replace("_", "")
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 9 and int(plain) <= _MOST_TOKENS):
        raise ChangeError("write a whole number of tokens, for example 600")
    return int(plain)


def _flat(text: str) -> str:
    return printable(" ".join(text.split()))


def option_line(option: Option, width: int) -> Line:
    """The row of an option: what can be changed, and what holds now."""
    name = min(_NAME, max(12, width // 2))
    present = "" if option.present is None else option.present or "none"
    return (
        (left(printable(option.name), name - 1) + " ", "text"),
        (left(printable(present), max(0, width - name)), "muted"),
    )
