"""Textual bindings made from the action table."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from memview.tui.actions import Action
from memview.tui.keymap import DEFAULT_KEYMAP, Keymap


def bindings_for(actions: Iterable[Action], keymap: Keymap = DEFAULT_KEYMAP) -> list[BindingType]:
    """One binding per action, with its id, so that `App.set_keymap` can move it later, and its help as tooltip.

    Neighbours with one footer label become a Textual binding group: `← → step`.
    """
    chosen = list(actions)
    labels = [action.footer for action in chosen]
    groups = {label: Binding.Group(label, compact=True) for label in labels if label and labels.count(label) > 1}
    return [
        Binding(
            ",".join(keymap.keys_of(action)),
            action.method,
            action.footer or action.description,
            show=bool(action.footer),
            tooltip=action.help,
            id=action.id,
            group=groups.get(action.footer),
        )
        for action in chosen
    ]
