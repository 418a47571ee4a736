"""`blocks`: core memory as a file of its own, out of a session or into one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from memview.cli.options import open_named, prepare_replay
from memview.cli.output import print_json, write_lines
from memview.model.display import printable
from memview.model.errors import MemviewError

if TYPE_CHECKING:
    from memview.model.block import Block
    from memview.model.session import Session


@click.command("blocks")
@click.argument("name", metavar="SESSION")
@click.option("--at", "turn", type=click.IntRange(min=0), metavar="TURN", help="After this turn (default: the last).")
@click.option("--agent", metavar="NAME", help="Only the blocks of this agent, and those that are everybody's.")
@click.option("--load", "source", metavar="FILE", help="Put the blocks of this file into the session instead.")
@click.option("-o", "--output", metavar="FILE", help="Write to this file; with --load, the new session.")
@click.option("--reveal", is_flag=True, help="Do not mask credentials and personal data in what is printed.")
def blocks_command(
    name: str, turn: int | None, agent: str | None, source: str | None, output: str | None, reveal: bool
) -> None:
    """Save the blocks of core memory as MemGPT's JSON (Letta's where that cannot hold them), or load them."""
    from memview.replay.governance_masks import Masks
    from memview.sessions.blocks import blocks_object, write_blocks

    session = open_named(name)
    if source is not None:
        _load(session, source, output)
        return
    if turn is not None and turn > len(session.turns):
        raise MemviewError(f"--at {turn}: {session.session_id} has {len(session.turns)} turns; name one of them")
    if agent is not None:
        _require_agent(session, agent)
    found = _blocks_at(session, len(session.turns) if turn is None else turn, agent)
    if output is not None:
        write_blocks(output, found)
        write_lines([f"{len(found)} blocks in {output}"])
        return
    masks = Masks(revealed=reveal)
    print_json(blocks_object([replace(block, value=masks.of_whole_text(block.value)) for block in found]))


def _require_agent(session: Session, agent: str) -> None:
    acting = (turn.agent for turn in session.turns)
    owning = (block.agent for block in session.blocks)
    writing = (arrival.memory.agent for arrival in session.arrivals)
    there = dict.fromkeys([session.agent, *session.agents, *acting, *owning, *writing])
    names = [printable(name) for name in there if name]
    if agent not in there:
        has = f"its agents are {', '.join(names)}" if names else "it names no agent"
        raise MemviewError(f"--agent {printable(agent)}: {session.session_id} has no such agent; {has}")


def _load(session: Session, source: str, output: str | None) -> None:
    from memview.sessions.blocks import read_blocks
    from memview.sessions.writer import write_session

    if output is None:
        raise click.UsageError("--load needs -o FILE for the new session", ctx=click.get_current_context())
    loaded = read_blocks(source)
    for warning in loaded.warnings:
        click.echo(f"[WARNING] {warning}", err=True)
    write_session(replace(session, blocks=loaded.blocks), output)
    write_lines([f"{len(loaded.blocks)} blocks of {source} in {output}"])


def _blocks_at(session: Session, turn: int, agent: str | None) -> list[Block]:
    from memview.model.block import Block

    replay = prepare_replay(session, None, None, None, 0)
    replay.advance(turn)
    return [
        Block(state.label, state.value, state.limit, state.description, state.read_only, agent=state.agent)
        for state in replay.blocks(turn)
        if agent is None or state.agent in (None, agent)
    ]
