"""A recorded session: what an agent was told, knew and did, in time order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from memview.model.block import Block, ToolLimits
from memview.model.memory import Memory, no_extra

DEFAULT_TOKENIZER = "estimate"


@dataclass(frozen=True, slots=True)
class Budgets:
    """Token budgets. `window` bounds the whole prompt, `reserve` is kept free in it for the reply."""

    window: int = 8192
    core: int = 600
    retrieval: int = 1000
    reserve: int = 1024


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A recorded tool call: the tool's name, its arguments and what it returned, as JSON values."""

    tool: str
    arguments: Mapping[str, object] = field(default_factory=no_extra)
    result: object = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange: what came in (`text`), what the agent did and wrote, and its `response`.

    `used` names the memories the answer rested on, `window` the messages that were really in the prompt, when recorded;
    `input_tokens` is the provider's own count of that prompt.
    """

    turn_id: str
    role: str
    text: str
    at: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    remember: tuple[Memory, ...] = ()
    used: tuple[str, ...] = ()
    response: str | None = None
    tokens: int | None = None
    input_tokens: int | None = None
    agent: str | None = None
    window: tuple[str, ...] | None = None
    compaction: Mapping[str, object] | None = None
    usage: Mapping[str, object] | None = None
    extra: Mapping[str, object] = field(default_factory=no_extra, compare=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A memory recorded on its own between turns; `after_turn` counts the turns before it (0: at the start)."""

    after_turn: int
    memory: Memory


APPROVED, REFUSED = "approved", "refused"


@dataclass(frozen=True, slots=True)
class Approval:
    """What a person decided about a memory; `after_turn` as in `Arrival`.

    `decision` is "approved" (a quarantined or sensitive memory is released) or "refused" (it stays out for good).
    """

    after_turn: int
    memory_id: str
    by: str | None = None
    at: str | None = None
    extra: Mapping[str, object] = field(default_factory=no_extra, compare=False)
    decision: str = APPROVED


@dataclass(frozen=True, slots=True)
class PinChange:
    """A person pinned a memory to the core after a turn, or let it go again; `after_turn` as in `Arrival`."""

    after_turn: int
    memory_id: str
    pinned: bool = True
    by: str | None = None
    at: str | None = None
    extra: Mapping[str, object] = field(default_factory=no_extra, compare=False)


@dataclass(frozen=True, slots=True)
class Undo:
    """A person took back what was done to a memory; `after_turn` as in `Arrival`. It is left alone from then on."""

    after_turn: int
    memory_id: str
    by: str | None = None
    at: str | None = None
    extra: Mapping[str, object] = field(default_factory=no_extra, compare=False)


@dataclass(frozen=True, slots=True)
class Probe:
    """A question asked after a turn (1-based number) with the ids that answer it: scored without an LLM."""

    probe_id: str
    after_turn: int
    question: str
    evidence: tuple[str, ...]
    answer: str | None = None
    category: str | None = None
    extra: Mapping[str, object] = field(default_factory=no_extra, compare=False)


@dataclass(frozen=True, slots=True)
class Session:
    """A whole recording. `lesson` is the one sentence it teaches (sample sessions); `source` names a foreign origin.

    `blocks` is the core memory that the agent's tools edit; without any, each section that its memories name is one.
    """

    session_id: str
    title: str = ""
    lesson: str = ""
    agent: str | None = None
    agents: tuple[str, ...] = ()
    tokenizer: str | None = None
    budgets: Budgets = Budgets()
    system: str = ""
    source: Mapping[str, object] | None = None
    arrivals: tuple[Arrival, ...] = ()
    turns: tuple[Turn, ...] = ()
    probes: tuple[Probe, ...] = ()
    approvals: tuple[Approval, ...] = ()
    blocks: tuple[Block, ...] = ()
    tool_limits: ToolLimits = field(default_factory=ToolLimits)
    pins: tuple[PinChange, ...] = ()
    undos: tuple[Undo, ...] = ()
    extra: Mapping[str, object] = field(default_factory=no_extra, compare=False)

    @property
    def memory_count(self) -> int:
        """Memories of the whole session, those that its turns write included."""
        return len(self.arrivals) + sum(len(turn.remember) for turn in self.turns)
