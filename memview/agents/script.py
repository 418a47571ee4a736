"""A script: what a user says to an agent turn by turn and, for a run without a model, what the agent does about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from memview.model.block import Block
from memview.model.errors import MemviewError
from memview.model.session import Budgets, Session

SCRIPTS: Mapping[str, str] = {"memgpt": "memview.agents.scripts.memgpt"}
"""Each script and the module whose `SCRIPT` it is: a second one is a line here and a file beside the first."""


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """A memory tool and its arguments."""

    tool: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ScriptedTurn:
    """One thing that the user says, at an ISO 8601 time, and the scripted agent's way with it.

    Each of `steps` is a round of tool calls, made once the results of the round before are there; `answer` names in
    brackets the memories that it rests on. `source_url` is where what the user tells comes from.
    """

    at: str
    text: str
    steps: tuple[tuple[ScriptedCall, ...], ...]
    answer: str
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """A whole demonstration. `policy` is what it runs under, `lesson` the one sentence that it teaches."""

    name: str
    title: str
    lesson: str
    agent: str
    policy: str
    system: str
    budgets: Budgets
    blocks: tuple[Block, ...]
    turns: tuple[ScriptedTurn, ...]

    def opening(self) -> Session:
        """The session before anything was said. Tokens are estimated: the same numbers on every machine."""
        return Session(
            f"demo-{self.name}",
            self.title,
            self.lesson,
            agent=self.agent,
            tokenizer="estimate",
            budgets=self.budgets,
            system=self.system,
            blocks=self.blocks,
        )


def load_script(name: str) -> Script:
    """The script called `name`, in any case. Raises MemviewError for one that does not exist."""
    module = SCRIPTS.get(name.lower())
    if module is None:
        raise MemviewError(f"no demo is called {name!r}; choose one of {', '.join(SCRIPTS)}")
    script = import_module(module).SCRIPT
    if not isinstance(script, Script):
        raise TypeError(f"{module}.SCRIPT is no Script")
    return script
