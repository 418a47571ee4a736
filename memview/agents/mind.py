"""What decides inside an agent: a script or a model. It sees a turn's prompt and the results of its calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from memview.replay.views import Prompt


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """One call that the agent asks for. `raw` are the arguments as the model wrote them.

    `refusal` is the result that the agent gets in place of an execution, when `raw` cannot be read.
    """

    request_id: str
    tool: str
    arguments: Mapping[str, object]
    raw: str
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Tool calls to be made (with what the agent said beside them), or the answer when there are none."""

    text: str
    requests: tuple[ToolRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What the agent reads of a call, and the ids of the items that the call wrote or showed."""

    text: str
    is_error: bool
    memory_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A step with the results of its calls, in their order."""

    step: Step
    results: tuple[ToolResult, ...]


class Mind(Protocol):
    """Decides the next step of a turn."""

    def think(self, turn: int, prompt: Prompt, rounds: Sequence[Round]) -> Step:
        """The step after `rounds` of turn `turn` (from 1), whose prompt is `prompt`."""
        ...
