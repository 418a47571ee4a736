"""The user's own keys: checked here, because Textual accepts unknown ids, nonsense keys and stolen keys in silence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from memview.settings import did_you_mean
from memview.tui.actions import ACTIONS, APP, Action

MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper", "meta")

NAMED_KEYS = frozenset(
    "escape enter tab space backspace delete insert home end pageup pagedown up down left right".split()
) | {f"f{number}" for number in range(1, 25)}

_FRIENDLY_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Textual's own short names for characters with long Unicode ones (`textual.keys.KEY_NAME_REPLACEMENTS`)."""

_LAST_KEYBOARD_CHARACTER = "\u024f"
"""Beyond Latin, Unicode names are no key names: `banana` is one, and a typing error rather than a key."""

_SHOWN = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup",
    "delete": "del", "backspace": "bksp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Keymap:
    """A key map that can be trusted: `keys` (action id to Textual key names) and one line per entry left out."""

    keys: Mapping[str, tuple[str, ...]]
    problems: tuple[str, ...] = ()

    def keys_of(self, action: Action) -> tuple[str, ...]:
        return self.keys.get(action.id, action.keys)

    def for_textual(self) -> dict[str, str]:
        """What `App.set_keymap` takes."""
        return {action_id: ",".join(keys) for action_id, keys in self.keys.items()}


DEFAULT_KEYMAP = Keymap({})


def apply_keymap(keymap: Mapping[str, str], actions: Iterable[Action] = ACTIONS) -> Keymap:
    """Checks a key map from the settings; entries that cannot work are left out, each with a message for the user."""
    table = {action.id: action for action in actions}
    accepted: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for action_id, text in keymap.items():
        if action_id not in table:
            problems.append(f"keymap: no action is called {action_id!r}{did_you_mean(action_id, table)}")
            continue
        keys, complaint = _parse_keys(text)
        if complaint:
            problems.append(f"keymap: {action_id}: {complaint}")
        else:
            accepted[action_id] = keys
    for first, second, key in _clashes(table.values(), accepted):
        dropped = second.id if second.id in accepted else first.id
        if accepted.pop(dropped, None) is not None:
            other = first if dropped == second.id else second
            problems.append(f"keymap: {dropped}: {show_key(key)} already does {other.id}; give that another key too")
    return Keymap(accepted, tuple(problems))


def normalise_key(text: str) -> str | None:
    """The name under which Textual reports a key (`?` is `question_mark`, `shift+a` is `A`); None for no key at all."""
    written = text.strip()
    if written == "+":
        return "plus"
    *modifiers, base = written.split("+")
    if any(modifier not in MODIFIERS for modifier in modifiers) or len(set(modifiers)) != len(modifiers):
        return None
    name = _base_name(base)
    if name is None:
        return None
    if len(name) == 1 and name.isalpha():
        if modifiers == ["shift"]:
            return name.upper()
        if modifiers and name.isupper():
            modifiers = [*modifiers, "shift"] if "shift" not in modifiers else modifiers
            name = name.lower()
    return "+".join([modifier for modifier in MODIFIERS if modifier in modifiers] + [name])


def show_key(key: str) -> str:
    """A key as people write it: `←`, `?`, `^p`, `shift+tab`."""
    *modifiers, base = key.split("+")
    shown = _SHOWN.get(base) or _character(base) or base
    if modifiers == ["ctrl"]:
        return f"^{shown}"
    return "+".join([*modifiers, shown])


def show_keys(keys: Iterable[str]) -> str:
    return " ".join(show_key(key) for key in keys)


def _parse_keys(text: str) -> tuple[tuple[str, ...], str]:
    keys: list[str] = []
    for part in text.split(","):
        if not part.strip():
            return (), 'an empty key; write "comma" for the , key and one comma between two keys'
        key = normalise_key(part)
        if key is None:
            return (), f'no key is called {part.strip()!r}; write for example "x", "ctrl+x", "f5" or "question_mark"'
        if key not in keys:
            keys.append(key)
    return tuple(keys), ""


def _base_name(base: str) -> str | None:
    if base in NAMED_KEYS:
        return base
    if len(base) == 1:
        return _name_of(base)
    character = _character(base)
    return None if character is None else _name_of(character)


def _name_of(character: str) -> str | None:
    if not character.isprintable():
        return None
    if character.isalnum():
        return character
    if character > _LAST_KEYBOARD_CHARACTER:
        return None
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _FRIENDLY_NAMES.get(name, name) or None


def _character(name: str) -> str | None:
    return _characters().get(name) or _characters().get(_FRIENDLY_NAMES.get(name, ""))


@lru_cache(1)
def _characters() -> Mapping[str, str]:
    every = (chr(code) for code in range(ord("!"), ord(_LAST_KEYBOARD_CHARACTER)))
    return {name: character for character in every if not character.isalnum() and (name := _name_of(character))}


def _clashes(actions: Iterable[Action], changed: Mapping[str, tuple[str, ...]]) -> list[tuple[Action, Action, str]]:
    """Pairs of actions that would answer to one key on one screen because of the changed keys."""
    clashes = []
    table = list(actions)
    for index, first in enumerate(table):
        for second in table[index + 1 :]:
            if not (first.id in changed or second.id in changed) or not _meet(first, second):
                continue
            shared = set(changed.get(first.id, first.keys)) & set(changed.get(second.id, second.keys))
            if shared - (set(first.keys) & set(second.keys)):
                clashes.append((first, second, min(shared)))
    return clashes


def _meet(first: Action, second: Action) -> bool:
    return APP in first.scopes or APP in second.scopes or not set(first.scopes).isdisjoint(second.scopes)
