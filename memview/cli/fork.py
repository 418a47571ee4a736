"""`fork`: what if something had been otherwise? A session and a policy with changes, against what they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from memview.cli.keeping import require_free, write_new
from memview.cli.options import CORE_TOKENS, MOST_TOKENS, WINDOW_TOKENS, json_option, open_named
from memview.cli.output import print_json, write_lines
from memview.model.display import printable

if TYPE_CHECKING:
    from memview.model.policy_spec import PolicySpec
    from memview.model.session import Session
    from memview.replay import Replay
    from memview.replay.changes import Change
    from memview.replay.fork import Forked
    from memview.replay.fork_diff import ForkDiff

_SHOWN = 12
_MOST = click.IntRange(min=0, max=MOST_TOKENS)


def _at_turn(option: str, text: str) -> tuple[str, int]:
    """`M-3@12` as a memory and a turn. Raises a usage error."""
    name, _, turn = text.rpartition("@")
    if not name or not turn.isascii() or not turn.isdecimal() or len(turn) > 9:
        raise _usage(f"{option} {text!r}: write MEMORY@TURN, for example {option} PRF-00012@7")
    return name, int(turn)


def _pair(option: str, text: str, left: str) -> tuple[str, str]:
    """`NAME=VALUE`. Raises a usage error."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise _usage(f"{option} {text!r}: write {left}=VALUE")
    return name, value


def _turn(option: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise _usage(f"{option} {text!r}: write the number of a turn")
    return int(text)


def _share(option: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _usage(f"{option} {text!r}: write a number from 0 to 1") from None


def _usage(message: str) -> click.UsageError:
    return click.UsageError(message, ctx=click.get_current_context())


@click.command("fork")
@click.argument("session")
@click.option("--policy", metavar="P", help="Policy name, name@version, or a YAML policy file.")
@click.option("--pin", multiple=True, metavar="M@T", help="Pin memory M after turn T.")
@click.option("--unpin", multiple=True, metavar="M@T", help="Unpin memory M after turn T.")
@click.option("--approve", multiple=True, metavar="M@T", help="Approve memory M after turn T.")
@click.option("--refuse", multiple=True, metavar="M@T", help="Refuse memory M after turn T.")
@click.option("--drop", multiple=True, metavar="M", help="Memory M was never written.")
@click.option("--text", multiple=True, metavar="M=TEXT", help="Memory M says TEXT.")
@click.option("--importance", multiple=True, metavar="M=X", help="Memory M has importance X, 0 to 1.")
@click.option("--say", multiple=True, metavar="T=TEXT", help="In turn T, TEXT was said.")
@click.option("--drop-turn", multiple=True, metavar="T", help="Nothing was said or done in turn T.")
@click.option("--set", "settings", multiple=True, metavar="KEY=X", help="A key of the policy, such as top_k=4.")
@click.option("--budget", type=CORE_TOKENS, metavar="N", help="Core budget in tokens.")
@click.option("--window", type=WINDOW_TOKENS, metavar="N", help="Prompt window in tokens.")
@click.option("--retrieval", type=_MOST, metavar="N", help="Tokens that may be fetched for a turn.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of policies that draw.")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="Keep the changed session.")
@click.option("--policy-out", type=click.Path(path_type=Path), metavar="FILE", help="Keep the changed policy (YAML).")
@json_option
def fork_command(
    session: str,
    policy: str | None,
    settings: tuple[str, ...],
    budget: int | None,
    window: int | None,
    retrieval: int | None,
    seed: int,
    out: Path | None,
    policy_out: Path | None,
    as_json: bool,
    **session_changes: tuple[str, ...],
) -> None:
    """Replay SESSION (file or sample) with changes beside the recording: everything that differs after the fork.

    The recording is never changed; -o and --policy-out write new files and never over old ones.
    """
    from memview.policies import load_policy
    from memview.policies.policy_writing import write_policy
    from memview.replay.changes import fork_turn
    from memview.replay.fork import with_changes
    from memview.replay.fork_diff import ForkDiff
    from memview.settings import load_settings

    own = load_settings()
    recorded = open_named(session)
    spec = load_policy(own.policy if policy is None else policy)
    changes = [*_session_changes(session_changes), *_policy_changes(spec, settings, budget, window, retrieval)]
    if not changes:
        raise _usage("nothing is changed; give --pin, --drop, --set, --budget or another change")
    for target in (out, policy_out):
        if target is not None:
            require_free(target)
    shown = own.budgets.applied_to(recorded)
    forked = with_changes(shown, spec, changes=changes)
    origin, fork = _replays(forked, shown, spec, seed)
    diff = ForkDiff(origin, fork, fork_turn(shown, spec, changes) or 0)
    diff.look()
    if as_json:
        print_json(_as_dict(diff, changes, forked))
    else:
        write_lines(_account(diff, changes, forked))
    if policy_out is not None:
        write_policy(forked.policy, policy_out)
    if out is not None:
        # A person's own budgets are no part of the recording.
        write_new(with_changes(recorded, spec, changes=changes).session, out)


def _session_changes(given: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    from memview.replay.changes import DropMemory, DropTurn, EditMemory, EditTurn, Pin, Unpin
    from memview.replay.governance import Decision

    decided: tuple[tuple[str, Callable[[str, int], Change]], ...] = (
        ("pin", Pin),
        ("unpin", Unpin),
        ("approve", Decision),
        ("refuse", lambda name, turn: Decision(name, turn, "refused")),
    )
    for option, make in decided:
        for text in given[option]:
            yield make(*_at_turn(f"--{option}", text))
    for text in given["text"]:
        name, words = _pair("--text", text, "MEMORY")
        yield EditMemory(name, text=words)
    for text in given["importance"]:
        name, share = _pair("--importance", text, "MEMORY")
        yield EditMemory(name, importance=_share("--importance", share))
    for text in given["say"]:
        turn, words = _pair("--say", text, "TURN")
        yield EditTurn(_turn("--say", turn), words)
    for text in given["drop_turn"]:
        yield DropTurn(_turn("--drop-turn", text))
    # Last: what is dropped can still be named by the others.
    yield from (DropMemory(name) for name in given["drop"])


def _policy_changes(
    spec: PolicySpec, settings: tuple[str, ...], budget: int | None, window: int | None, retrieval: int | None
) -> Iterator[Change]:
    from memview.replay.changes import SetBudgets
    from memview.replay.changes_policy import change_policy, parse_parameter

    for text in settings:
        path, value = _pair("--set", text, "KEY")
        change = parse_parameter(spec, path, value)
        spec = change_policy(spec, change)
        yield change
    if any(tokens is not None for tokens in (budget, window, retrieval)):
        yield SetBudgets(budget, window, retrieval)


def _replays(forked: Forked, recorded: Session, spec: PolicySpec, seed: int) -> tuple[Replay, Replay]:
    from memview.replay import Replay, Workload
    from memview.replay.fork import workload_of

    workload = Workload(recorded)
    if workload.tokenizer.note is not None:
        click.echo(f"[NOTE] {workload.tokenizer.note}", err=True)
    budgets = forked.budgets
    origin = Replay(workload, spec, seed=seed)
    fork = Replay(
        workload_of(forked, workload), forked.spec, budgets.core, budgets.window, budgets.retrieval, seed
    )  # fmt: skip
    return origin.run(), fork.run()


def _as_dict(diff: ForkDiff, changes: list[Change], forked: Forked) -> dict[str, object]:
    """The published shape."""
    return {
        "session": diff.origin.session.session_id,
        "changes": [change.words for change in changes],
        "notes": list(forked.notes),
        "fork_turn": diff.first,
        "first_effect": diff.first_effect,
        "origin": _side(diff.origin),
        "fork": _side(diff.fork),
        "metrics": {each.name: [each.before, each.after] for each in diff.metrics},
        "probes": [
            {"probe_id": each.probe_id, "after_turn": each.after_turn, "before": each.before, "after": each.after}
            for each in diff.probes
        ],
        "turns": [_turn_dict(diff, turn) for turn in diff.turns],
    }


def _side(replay: Replay) -> dict[str, object]:
    return {
        "policy": replay.spec.label,
        "budgets": {name: getattr(replay.budgets, name) for name in ("window", "core", "retrieval", "reserve")},
        "events": len(replay.events),
        "digest": replay.digest,
    }


def _turn_dict(diff: ForkDiff, turn: int) -> dict[str, object]:
    found = diff.turn(turn)
    return {
        "turn": turn,
        "gone": [event.as_dict() for event in found.gone],
        "new": [event.as_dict() for event in found.new],
        "sections": {each.section: {"gone": list(each.gone), "new": list(each.new)} for each in found.sections},
        "tokens": [found.before.tokens.total, found.after.tokens.total],
        "custody": [custody.as_dict() for custody in found.custody],
    }


def _account(diff: ForkDiff, changes: list[Change], forked: Forked) -> Iterator[str]:
    from memview.replay.changes import words_of
    from memview.replay.fork_diff import event_words

    yield f"What if: {printable(words_of(changes))}"
    yield f"Policy {diff.origin.spec.label} against {diff.fork.spec.label}; can differ from turn {diff.first} on"
    yield from (f"Mended: {printable(note)}" for note in forked.notes)
    if not diff.turns and not diff.metrics:
        yield "Nothing differs."
        return
    yield ""
    for metric in diff.metrics:
        yield f"  {metric.name:<24}{_figure(metric.before):>12} -> {_figure(metric.after)}"
    for probe in diff.probes:
        yield f"  probe {printable(probe.probe_id)} after turn {probe.after_turn}: {probe.before} -> {probe.after}"
    yield ""
    apart, decided = (sum(turn > 0 for turn in turns) for turns in (diff.turns, diff.decided))
    yield f"Turns that differ: {apart} of {diff.fork.turn_count}; something else happens in {decided}"
    for turn in diff.decided[:_SHOWN]:
        found = diff.turn(turn)
        yield f"  turn {turn}"
        yield from (f"    - {printable(event_words(event))}: {printable(event.reason)}" for event in found.gone)
        yield from (f"    + {printable(event_words(event))}: {printable(event.reason)}" for event in found.new)
    if len(diff.decided) > _SHOWN:
        yield f"  and {len(diff.decided) - _SHOWN} more turns (`--json` lists all)"


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
