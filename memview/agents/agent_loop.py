"""The agent's loop: prompt, tool calls, results, until there is an answer; everything becomes the session's record.

Nothing is simulated beside the kernel: for each step the session so far is replayed, and what the memory tools return
in that replay is what the agent reads. So the finished session replays to the same results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memview.agents.mind import Mind, Round, Step, ToolRequest, ToolResult
from memview.agents.script import Script
from memview.agents.tool_schemas import TOOL_NAMES
from memview.kernel.memory_tools.calls import clipped, is_memory_tool
from memview.kernel.memory_tools.outcome import ToolOutcome
from memview.model.errors import MemviewError
from memview.model.memory import Citation, Memory
from memview.model.session import Session, ToolCall, Turn
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.responders.citations import ids_named_in

MOST_STEPS = 8
"""Steps of one turn, the answer included."""

MOST_CALLS = 32
"""Tool calls of one step."""


class AgentError(MemviewError):
    """An agent that comes to no answer."""


class Agent:
    """Works through a script. `session` is the record so far, the turn under way included; `answered` counts turns."""

    def __init__(self, script: Script, mind: Mind) -> None:
        self._script = script
        self._mind = mind
        self._spec = load_policy(script.policy)
        self.session: Session = script.opening()
        self.answered = 0

    @property
    def is_done(self) -> bool:
        """Whether the script has nothing more to say."""
        return self.answered == len(self._script.turns)

    def take_turn(self) -> Replay:
        """Say the script's next line to the agent; returns the replay of the session up to its answer.

        Raises AgentError for an agent that does not stop calling tools, and what its mind raises.
        """
        number = self.answered + 1
        said = self._script.turns[number - 1]
        self.session = replace(
            self.session, turns=(*self.session.turns, Turn(f"t-{number:04}", "user", said.text, at=said.at))
        )
        replay = self._replay()
        prompt = replay.prompt(number)
        seen = {entry.item_id for section in prompt.sections for entry in section.entries}
        rounds: list[Round] = []
        while (step := self._mind.think(number, prompt, rounds)).requests:
            results = self._run(step, len(rounds) + 1)
            rounds.append(Round(step, results))
            seen.update(*(result.memory_ids for result in results))
        self._amend(response=step.text, used=self._citable(ids_named_in(step.text, sorted(seen))))
        self.answered = number
        return self._replay()

    def _replay(self) -> Replay:
        return Replay(Workload(self.session), self._spec).run()

    def _amend(
        self,
        tool_calls: tuple[ToolCall, ...] | None = None,
        remember: tuple[Memory, ...] | None = None,
        response: str | None = None,
        used: tuple[str, ...] = (),
    ) -> None:
        """Put what happened into the turn under way; None leaves what is there."""
        *before, turn = self.session.turns
        changed = replace(
            turn,
            tool_calls=turn.tool_calls if tool_calls is None else tool_calls,
            remember=turn.remember if remember is None else remember,
            response=response,
            used=used,
        )
        self.session = replace(self.session, turns=(*before, changed))

    def _run(self, step: Step, number: int) -> tuple[ToolResult, ...]:
        """Make the calls of step `number` and record them with their results."""
        if number == MOST_STEPS:
            raise AgentError(f"turn {self.answered + 1}: no answer after {MOST_STEPS} steps of tool calls; "
                             "try another model")  # fmt: skip
        if len(step.requests) > MOST_CALLS:
            raise AgentError(f"turn {self.answered + 1}: {len(step.requests)} tool calls at once, more than "
                             f"{MOST_CALLS}; try another model")  # fmt: skip
        before = self.session.turns[-1].tool_calls
        asked = tuple(ToolCall(request.tool, request.arguments) for request in step.requests)
        self._amend(tool_calls=(*before, *asked))
        replay = self._replay()
        outcomes = {outcome.place: outcome for outcome in replay.tool_calls(len(self.session.turns))}
        told = [
            _told(request, outcomes.get(place)) for place, request in enumerate(step.requests, start=len(before) + 1)
        ]
        names = self._remember(replay, [id_ for outcome in outcomes.values() for id_ in outcome.memory_ids])
        results = tuple(
            replace(result, memory_ids=tuple(names.get(name, name) for name in result.memory_ids)) for result in told
        )
        answered = (replace(call, result=result.text) for call, result in zip(asked, results, strict=True))
        self._amend(tool_calls=(*before, *answered))
        return results

    def _remember(self, replay: Replay, touched: Sequence[str]) -> dict[str, str]:
        """Record what the calls have written as memories with ids to cite; returns these ids by the kernel's names."""
        turn = self.session.turns[-1]
        recorded = {memory.memory_id for each in self.session.turns for memory in each.remember}
        names: dict[str, str] = {}
        fresh: list[Memory] = []
        for kernel_name in dict.fromkeys(touched):
            if not kernel_name.startswith((f"{turn.turn_id}/core-", f"{turn.turn_id}/archive-")):
                continue
            names[kernel_name] = f"MEM-{len(recorded) + len(fresh) + 1:05}"
            made = replay.memory(kernel_name)
            sources = [names.get(source, source) for source in made.derived_from]
            old = None if made.supersedes is None else names.get(made.supersedes, made.supersedes)
            known = {*recorded, *names.values()}
            fresh.append(
                replace(
                    made,
                    memory_id=names[kernel_name],
                    citation=Citation(
                        self.session.session_id, turn.turn_id, self._script.turns[self.answered].source_url
                    ),
                    # The value of a block at load is no record of its own in a session file.
                    derived_from=tuple(source for source in sources if source in known),
                    supersedes=old if old in known else None,
                )
            )
        self._amend(remember=(*turn.remember, *fresh))
        return names

    def _citable(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of `names` that the record knows: memories, and turns of the conversation."""
        turns = self.session.turns
        known = {memory.memory_id for turn in turns for memory in turn.remember} | {turn.turn_id for turn in turns}
        return tuple(name for name in names if name in known)


def _told(request: ToolRequest, outcome: ToolOutcome | None) -> ToolResult:
    """What the agent reads of a call: our execution's result, or why there was none."""
    if request.refusal is not None:
        return ToolResult(request.refusal, is_error=True, memory_ids=())
    if outcome is None or not is_memory_tool(request.tool):
        there = ", ".join(TOOL_NAMES)
        return ToolResult(f"No memory tool is called {clipped(request.tool)} (there are {there})", True, ())
    return ToolResult(outcome.result, outcome.error is not None, outcome.memory_ids)
