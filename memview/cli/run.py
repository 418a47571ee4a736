"""`run`: one turn, end to end, printed."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import click

from memview.cli.options import DEFAULT_SESSION, json_option, open_named, policy_options, prepare_replay
from memview.cli.output import print_json, write_lines
from memview.model.display import printable, printable_lines
from memview.model.errors import MemviewError
from memview.model.memory import Memory

if TYPE_CHECKING:
    from memview.replay.governance_masks import Masks


@click.command("run")
@click.option("--query", required=True, metavar="TEXT", help="What the user asks.")
@click.option("--session", "name", default=DEFAULT_SESSION, show_default=True, metavar="S", help="File or sample.")
@click.option("--after", type=click.IntRange(min=0), default=0, show_default=True, metavar="TURN",
              help="Ask after this turn of the session (0: as its first turn).")  # fmt: skip
@click.option("--answer/--no-answer", default=None, help="Print the answer below (default: on a terminal).")
@click.option("--reveal", is_flag=True, help="Do not mask sensitive memories, credentials and personal data.")
@click.option("--llm", is_flag=True, help="Let an OpenAI-compatible endpoint answer (needs memview[llm]).")
@policy_options
@json_option
def run_command(
    query: str,
    name: str,
    after: int,
    answer: bool | None,
    reveal: bool,
    llm: bool,
    policy: str | None,
    budget: int | None,
    window: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Put one question to a session's memory: what was loaded, promoted, sent and answered."""
    from memview.cli.plain import citation_line, withheld_line
    from memview.replay.governance import withheld_at
    from memview.replay.governance_citations import Source
    from memview.replay.governance_masks import Masks
    from memview.replay.single_turn import ask
    from memview.responders.extractive import answer_from, untrusted_in

    if not query.strip():
        raise MemviewError("empty query")
    session = open_named(name)
    if after > len(session.turns):
        raise MemviewError(f"--after {after}: {session.session_id} has {len(session.turns)} turns; name one of them")
    replay = prepare_replay(session, policy, budget, window, seed)
    turn = ask(replay, query, after)
    untrusted = untrusted_in(turn.prompt)
    memories = {memory.memory_id: memory for memory in turn.memories}
    if llm:
        from memview.responders.citations import ids_named_in
        from memview.responders.openai_compatible import ask_model

        text = ask_model(turn.prompt)
        cited = ids_named_in(text, memories)
    else:
        extract = answer_from(query, turn.memories, untrusted)
        text, cited = extract.text, extract.memory_ids
    masks = Masks(revealed=reveal)
    text = _masked_answer(text, turn.memories, masks)
    if as_json:
        print_json(
            {
                "session": session.session_id,
                "query": masks.of_whole_text(query),
                "after_turn": after,
                "core_loaded": turn.core_before,
                "promoted": turn.promoted,
                "memory_tokens": turn.tokens.memory,
                "prompt_tokens": turn.tokens.total,
                "response": text,
                "citations": [_citation(memories[name], name in untrusted, masks) for name in cited],
                "withheld": [entry.as_dict() for entry in withheld_at(replay, after)],
                "events": [event.as_dict() for event in turn.events],
            }
        )
        return
    lines = [
        f"[CORE] {turn.core_before} memories loaded",
        f"[PAGING] {len(turn.promoted)} memories promoted",
        f"[PROMPT] memory_tokens={turn.tokens.memory}",
        f"[RESULT] response includes {_first_cited(cited, untrusted)}",
    ]
    if answer if answer is not None else sys.stdout.isatty():
        lines += ["", *printable_lines(text)]
        if cited:
            sources = (Source(name, memories[name].citation, is_untrusted=name in untrusted) for name in cited)
            lines += ["", "Citations:", *(f"  {citation_line(source, masks)}" for source in sources)]
        withheld = withheld_at(replay, after)
        if withheld:
            lines += ["", *map(withheld_line, withheld)]
    write_lines(lines)


def _masked_answer(text: str, memories: Sequence[Memory], masks: Masks) -> str:
    """`text` with what nobody should read over a shoulder masked; a sensitive memory that it quotes, whole."""
    for memory in memories:
        if memory.is_sensitive and memory.text.strip():
            text = text.replace(memory.text.strip(), masks.of_memory(memory))
    return masks.of_whole_text(text)


def _citation(memory: Memory, is_untrusted: bool, masks: Masks) -> dict[str, object]:
    citation = memory.citation
    return {
        "memory_id": memory.memory_id,
        "session_id": citation.session_id,
        "turn_id": citation.turn_id,
        "source_url": citation.source_url and masks.of_whole_text(citation.source_url),
        "untrusted": is_untrusted,
    }


def _first_cited(cited: Sequence[str], untrusted: Collection[str]) -> str:
    if not cited:
        return "no memory"
    return printable(cited[0]) + (" (untrusted)" if cited[0] in untrusted else "")
