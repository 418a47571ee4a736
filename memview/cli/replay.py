"""`replay`: a session under a policy, in every mode of output."""

from __future__ import annotations

import json

import click

from memview.cli.options import json_option, open_named, policy_options, prepare_replay
from memview.cli.output import print_json, write_lines
from memview.cli.plain import account, citation_line
from memview.model.display import printable_lines
from memview.model.errors import MemviewError


@click.command("replay")
@click.argument("session_argument", metavar="[SESSION]", required=False)
@click.option("--session", "session_option", metavar="S", help="The session, when it is not the argument.")
@policy_options
@json_option
@click.option("--events", is_flag=True, help="Print the paging events as canonical JSON Lines.")
@click.option("--frames", is_flag=True, help="Print one frame a turn as JSON Lines.")
@click.option("--prompt", type=click.IntRange(min=1), metavar="TURN", help="Print the prompt that this turn sent.")
@click.option("--reveal", is_flag=True, help="Do not mask sensitive memories, credentials and personal data.")
def replay_command(
    session_argument: str | None,
    session_option: str | None,
    policy: str | None,
    budget: int | None,
    window: int | None,
    seed: int,
    as_json: bool,
    events: bool,
    frames: bool,
    prompt: int | None,
    reveal: bool,
) -> None:
    """Replay a session (file or sample) under a policy; prints an account of it, or one of the modes below."""
    from memview.replay.cross_agent import cross_agent_effects
    from memview.replay.governance import withheld_at
    from memview.replay.governance_citations import citations_of_turn
    from memview.replay.governance_masks import Masks

    ctx = click.get_current_context()
    if (session_argument is None) == (session_option is None):
        raise click.UsageError("name one session, as an argument or with --session", ctx=ctx)
    if sum((as_json, events, frames, prompt is not None)) > 1:
        raise click.UsageError("--json, --events, --frames and --prompt exclude each other", ctx=ctx)
    session = open_named(session_argument or session_option or "")
    if prompt is not None and prompt > len(session.turns):
        raise MemviewError(f"--prompt {prompt}: {session.session_id} has {len(session.turns)} turns; name one of them")
    replay = prepare_replay(session, policy, budget, window, seed)
    replay.advance(replay.turn_count if prompt is None else prompt)
    if events:
        write_lines(event.canonical() for event in replay.events)
    elif frames:
        write_lines(
            json.dumps(replay.frame(turn).as_dict(), ensure_ascii=False) for turn in range(1, replay.turn_count + 1)
        )
    elif prompt is not None:
        masks = Masks(revealed=reveal)
        shown = masks.of_prompt(replay, replay.prompt(prompt))
        write_lines(printable_lines(shown.text().removesuffix("\n")))
        cited = citations_of_turn(replay, prompt)
        if cited:
            write_lines(["", "Citations of the answer:", *(f"  {citation_line(source, masks)}" for source in cited)])
    elif as_json:
        tokenizer = replay.workload.tokenizer
        print_json(
            {
                "session": session.session_id,
                "policy": {"name": replay.spec.name, "version": replay.spec.version},
                "seed": replay.seed,
                "tokenizer": {"name": tokenizer.name, "exact": tokenizer.exact},
                "turns": replay.turn_count,
                "events": len(replay.events),
                "digest": replay.digest,
                "metrics": replay.metrics,
                "landfill": replay.landfill,
                "cross_agent": [effect.as_dict() for effect in cross_agent_effects(replay)],
                "withheld": [entry.as_dict() for entry in withheld_at(replay, replay.turn_count)],
                "timings": replay.timings,
            }
        )
    else:
        write_lines(account(replay, Masks(revealed=reveal)))
