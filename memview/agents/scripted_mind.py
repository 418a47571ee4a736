"""The mind that needs no model: it does what the script says."""

from __future__ import annotations

import json
from collections.abc import Sequence

from memview.agents.mind import Round, Step, ToolRequest
from memview.agents.script import Script
from memview.replay.views import Prompt


class ScriptedMind:
    """Plays the agent's part of `script`."""

    def __init__(self, script: Script) -> None:
        self._turns = script.turns

    def think(self, turn: int, prompt: Prompt, rounds: Sequence[Round]) -> Step:  # noqa: ARG002 - it knows its part
        """The round of calls after those already made, or the answer when there is none left."""
        part = self._turns[turn - 1]
        if len(rounds) == len(part.steps):
            return Step(part.answer)
        calls = part.steps[len(rounds)]
        return Step(
            "",
            tuple(
                ToolRequest(f"call-{len(rounds) + 1}-{place}", call.tool, call.arguments, json.dumps(call.arguments))
                for place, call in enumerate(calls, start=1)
            ),
        )
