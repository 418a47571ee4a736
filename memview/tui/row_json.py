"""The row under the cursor as JSON, for the clipboard: what is in force there, with the field names of the schema."""

from __future__ import annotations

import json
from dataclasses import asdict

from memview.tui.scene import Scene
from memview.tui.views.core_view import slots_at


def row_json(scene: Scene, pane: str, target: str | None) -> str:
    """Slot, hit, event or item of the pane's cursor as indented JSON; without one, the frame of the position."""
    return json.dumps(_row(scene, pane, target), indent=2, ensure_ascii=False, default=str)


def _row(scene: Scene, pane: str, target: str | None) -> dict[str, object]:
    if pane == "timeline" and scene.cursor >= 0:
        return scene.replay.events[scene.cursor].as_dict()
    if pane == "core":
        for slot in slots_at(scene):
            if slot.memory_id == target:
                return asdict(slot)
    if pane == "hits":
        for hit in scene.replay.hits(scene.position.turn, scene.position.event):
            if hit.memory_id == target:
                return asdict(hit)
    if target is not None:
        memory = scene.replay.memory(target)
        return {
            "memory_id": target,
            "kind": memory.kind,
            "text": scene.text_of(target),
            "tokens": scene.replay.tokens_of(target),
        }
    return scene.frame.as_dict()
