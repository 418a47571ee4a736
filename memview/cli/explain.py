"""`explain`: why a memory is, or is not, in the prompt of a turn, and what would have kept it there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from memview.cli.options import json_option, open_named, policy_options, prepare_replay
from memview.cli.output import print_json, write_lines
from memview.model.display import printable
from memview.model.errors import MemviewError

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.counterfactuals import Counterfactuals
    from memview.replay.explain import Explanation, Happening
    from memview.replay.governance_masks import Masks

_TERMS = 12


@click.command("explain")
@click.argument("session")
@click.argument("memory_id")
@click.option(
    "--turn", type=click.IntRange(min=0), metavar="N", help="The turn to explain; 0 is loading, default last."
)
@policy_options
@click.option("--no-counterfactuals", is_flag=True, help="Only what happened, not what would have kept it.")
@click.option("--reveal", is_flag=True, help="Do not mask sensitive memories, credentials and personal data.")
@json_option
def explain_command(
    session: str,
    memory_id: str,
    turn: int | None,
    policy: str | None,
    budget: int | None,
    window: int | None,
    seed: int,
    no_counterfactuals: bool,
    reveal: bool,
    as_json: bool,
) -> None:
    """Explain why MEMORY_ID is, or is not, in the prompt of a turn of SESSION (file or sample), with the numbers."""
    from memview.replay.explain import explain
    from memview.replay.governance_masks import Masks

    loaded = open_named(session)
    turns = len(loaded.turns)
    at = turns if turn is None else turn
    if at > turns:
        raise MemviewError(f"--turn {at}: {loaded.session_id} has {turns} turns; name one of 0 to {turns}")
    replay = prepare_replay(loaded, policy, budget, window, seed).run()
    _check_known(replay, memory_id)
    known = explain(replay, memory_id, at)
    found = None if no_counterfactuals else _counterfactuals(replay, memory_id, at)
    masks = Masks(revealed=reveal)
    if as_json:
        from memview.replay.explain_record import explanation_record

        print_json(explanation_record(known, found, masks))
    else:
        write_lines(printable(line) for line in _account(known, found, masks))


def _check_known(replay: Replay, memory_id: str) -> None:
    try:
        replay.memory(memory_id)
    except KeyError:
        ids = replay.item_ids()
        near = get_close_matches(memory_id, ids, n=3, cutoff=0.5) or list(ids[:3])
        hint = f"did you mean {' or '.join(near)}?" if near else "there are none in it"
        raise MemviewError(
            f"no memory or message is called {memory_id!r} in {replay.session.session_id}; {hint}"
        ) from None


def _counterfactuals(replay: Replay, memory_id: str, turn: int) -> Counterfactuals | None:
    """What would have kept it; None for what the policy itself has made, which no other replay has."""
    from memview.replay.counterfactuals import Trials, can_be_tried

    if not can_be_tried(replay, memory_id, turn):
        return None
    return deque(Trials(replay, memory_id, turn, lambda: False).steps(), maxlen=1).pop()


def _account(known: Explanation, found: Counterfactuals | None, masks: Masks) -> Iterator[str]:
    from memview.replay.explain_sentences import answer_sentences, counterfactual_sentences

    yield from answer_sentences(known)
    if found is not None:
        yield ""
        yield from counterfactual_sentences(known, found)
    yield ""
    memory = known.memory
    yield f"Memory: {memory.memory_id}, {memory.kind}, importance {memory.importance:g}, {known.tokens} tokens"
    yield f"Text: {masks.of_memory(memory)}"
    yield f"Policy: {known.policy}, core budget {known.core_budget}"
    yield f"Custody: {known.custody}, place {known.place or 'none yet'}"
    terms = sorted(known.standing.terms, key=lambda term: (-term.score, term.term))[:_TERMS]
    if terms and masks.of_memory(memory) == memory.text:
        yield f"Score at turn {known.turn}: " + " + ".join(f"{term.term} {term.score:.2f}" for term in terms)
    for source in known.sources:
        origin = source.place or ("no citation" if source.is_known else "unknown here")
        yield f"Derives from {source.memory_id}: {masks.of_text(origin)}{', untrusted' if source.is_untrusted else ''}"
    for derived in known.derivatives:
        yield f"Source of {derived.memory_id}: {masks.of_text(derived.place) or 'no citation'}"
    yield "Residency: " + ", ".join(f"{run.state} from turn {run.first_turn}" for run in known.runs)
    for happening in known.history:
        yield _happening(happening)


def _happening(happening: Happening) -> str:
    from memview.replay.explain_sentences import grounds_of

    event = happening.event
    moved = f" from {event.origin} to {event.destination}" if event.origin and event.destination else ""
    if event.origin == event.destination:
        moved = ""
    winner = f"; made room for {happening.winner}" if happening.winner else ""
    return f"  {event.turn}.{happening.number} {event.action}{moved}: {grounds_of(event)}{winner}"
