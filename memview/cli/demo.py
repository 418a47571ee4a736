"""`demo`: an agent works through a script with real memory tools, played or driven by a model, and leaves a session."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from memview.cli.launch import is_on_terminal, open_inspector
from memview.cli.options import json_option
from memview.cli.output import print_json, write_lines
from memview.model.display import printable
from memview.model.errors import MemviewError

if TYPE_CHECKING:
    from memview.agents.script import Script
    from memview.cli.demo_trace import Trace
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks

_WIDTH = 100


@click.command("demo")
@click.argument("name", required=False)
@click.option(
    "--llm", is_flag=True, help="Let a model call the tools (OpenAI-compatible endpoint; needs memview[llm])."
)
@click.option("--open", "opens", is_flag=True, help="Open the session in the inspector afterwards.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Keep the session in this new file.")
@click.option("--reveal", is_flag=True, help="Do not mask credentials and personal data in what is printed.")
@json_option
def demo_command(name: str | None, llm: bool, opens: bool, output: Path | None, reveal: bool, as_json: bool) -> int:
    """Watch an agent use its memory: the demo NAME (without one, a list of them)."""
    from memview.agents.script import load_script
    from memview.cli.keeping import require_free

    if name is None:
        _list(as_json)
        return 0
    script = load_script(name)
    if opens and as_json:
        raise click.UsageError("--open and --json do not go together", ctx=click.get_current_context())
    if opens and not is_on_terminal():
        raise MemviewError("--open needs a terminal; keep the session with -o FILE and open that")
    target = None if output is None else _at_home(output)
    if target is not None:
        require_free(target)
    return _Demo(script, llm, target, reveal, as_json).play(opens)


class _Demo:
    """One run. What a model says is printed turn by turn, as it may take its time, and always kept."""

    def __init__(self, script: Script, llm: bool, target: Path | None, reveal: bool, as_json: bool) -> None:
        from memview.agents.agent_loop import Agent
        from memview.agents.scripted_mind import ScriptedMind
        from memview.replay.governance_masks import Masks

        self._script = script
        self._target = target
        self._as_json = as_json
        self._masks = Masks(revealed=reveal)
        self._is_live = llm
        self._replays: list[Replay] = []
        if llm:
            from memview.agents.model_mind import ModelMind
            from memview.responders import openai_compatible

            self._agent = Agent(script, ModelMind(os.environ, openai_compatible.TIMEOUT_SECONDS))
        else:
            self._agent = Agent(script, ScriptedMind(script))

    def play(self, opens: bool) -> int:
        """Run the script, keep the session where that is wanted, print; returns the exit status."""
        if self._is_live:
            self._take_turns_live()
        else:
            while not self._agent.is_done:
                self._replays.append(self._agent.take_turn())
        path = self._keep() if self._target or opens or self._is_live else None
        if self._as_json:
            print_json(_as_dict(self._replays, self._masks, path))
            return 0
        trace = _trace(self._masks)
        if not self._is_live:
            write_lines(_told(trace, self._replays))
        write_lines(trace.lesson(self._agent.session))
        if path is not None:
            write_lines([f"session    {printable(str(path))}"])
        return open_inspector(str(path), (self._script.policy,), None, None) if opens else 0

    def _take_turns_live(self) -> None:
        try:
            while not self._agent.is_done:
                self._replays.append(self._agent.take_turn())
                if not self._as_json:
                    write_lines(_told(_trace(self._masks), self._replays, since=len(self._replays)))
        except MemviewError as error:
            raise MemviewError(f"{error} (the session so far: {self._keep()})") from None
        except BaseException:
            # Whoever presses Ctrl-C, or closes the pipe, has paid for what the model has said.
            click.echo(f"[NOTE] the session so far: {printable(str(self._keep()))}", err=True)
            raise

    def _keep(self) -> Path:
        from memview.cli.keeping import keep, write_new

        session = self._agent.session
        if self._target is None:
            return keep(session)
        try:
            write_new(session, self._target)
        except MemviewError as error:
            raise MemviewError(f"{error} (the session: {keep(session)})") from None
        return self._target


def _told(trace: Trace, replays: Sequence[Replay], since: int = 1) -> Iterator[str]:
    """The trace of the turns from `since` on; the first one has a heading."""
    for number in range(since, len(replays) + 1):
        replay = replays[number - 1]
        if number == 1:
            yield from trace.heading(replay.session, replay)
        yield from trace.turn(replay, number)


def _trace(masks: Masks) -> Trace:
    from memview.cli.demo_trace import Trace

    on_terminal = sys.stdout.isatty()
    width = min(shutil.get_terminal_size((_WIDTH, 24)).columns, _WIDTH + 20) if on_terminal else _WIDTH
    has_colour = on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Trace(width, _coloured if has_colour else _plain, masks)


_COLOURS = {"call": "cyan", "warning": "yellow", "error": "red", "cites": "green"}


def _coloured(look: str, text: str) -> str:
    return click.style(text, fg=_COLOURS.get(look), bold=look == "said" or None, dim=look == "paging" or None)


def _plain(look: str, text: str) -> str:  # noqa: ARG001 - the same signature
    return text


def _list(as_json: bool) -> None:
    from memview.agents.script import SCRIPTS, load_script

    scripts = [load_script(name) for name in SCRIPTS]
    if as_json:
        print_json([{"name": each.name, "title": each.title, "lesson": each.lesson, "turns": len(each.turns)}
                    for each in scripts])  # fmt: skip
        return
    write_lines(f"{each.name}: {each.title}, {len(each.turns)} turns. {each.lesson}" for each in scripts)


def _as_dict(replays: Sequence[Replay], masks: Masks, path: Path | None) -> dict[str, object]:
    last = replays[-1]
    return {
        "session": last.session.session_id,
        "policy": {"name": last.spec.name, "version": last.spec.version},
        "turns": [_turn(replay, number, masks) for number, replay in enumerate(replays, start=1)],
        "digest": last.digest,
        "lesson": last.session.lesson,
        "file": None if path is None else str(path),
    }


def _turn(replay: Replay, number: int, masks: Masks) -> dict[str, object]:
    turn = replay.session.turns[number - 1]
    span = replay.event_span(number)
    return {
        "turn": number,
        "turn_id": turn.turn_id,
        "text": masks.of_whole_text(turn.text),
        "tool_calls": [
            {
                "tool": call.tool,
                "arguments": _masked(dict(call.arguments), masks),
                "result": _masked(call.result, masks),
            }
            for call in turn.tool_calls
        ],
        "response": masks.of_whole_text(turn.response or ""),
        "citations": [{"memory_id": name, **asdict(replay.memory(name).citation)} for name in turn.used],
        "tokens": replay.frame(number).tokens.as_dict(),
        "events": [event.as_dict() for event in replay.events[span.start : span.stop]],
    }


def _masked(value: object, masks: Masks) -> object:
    """A JSON value with every text in it masked."""
    if isinstance(value, str):
        return masks.of_whole_text(value)
    if isinstance(value, dict):
        return {name: _masked(each, masks) for name, each in value.items()}
    return [_masked(each, masks) for each in value] if isinstance(value, list) else value


def _at_home(path: Path) -> Path:
    """`path` with `~` as a home directory; a `~name` that nobody has is a name like any other."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path
