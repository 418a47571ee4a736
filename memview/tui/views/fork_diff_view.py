"""What a what-if changes, as lines: metrics and probes first, then every turn that differs, and one turn in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.replay.fork_diff import event_words
from memview.tui.lines import BLANK, Line, grouped_number, left, right, spread, wrap

if TYPE_CHECKING:
    from memview.model.event import PagingEvent
    from memview.replay.fork_diff import ForkDiff, MetricChange, ProbeChange, TurnDiff

_ROOMY = 90
_TURN, _EVENTS, _NAME, _NUMBER = 12, 16, 26, 12
_GONE, _NEW = "action-evict", "action-promote"
_REWRITTEN = "≠"
"""Before what stands in both prompts, with different words."""
NOTHING = "Nothing differs: the what-if decides as the recording does, in every turn."
LOOKING = "Looking …"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the list; `turn` is where it leads, None for a heading or a metric."""

    line: Line
    turn: int | None = None
    is_heading: bool = False


def diff_title(what_if: str, found: int, turns: int, is_done: bool, width: int) -> Line:
    """What was changed at the left, how much it changes at the right."""
    start: Line = (
        (" Changed by the " if width >= _ROOMY else " ", "muted"),
        (f"{printable(what_if)} ", "bold action-warn"),
    )
    state = "" if is_done else "… "
    end = ((f"{state}{grouped_number(found)} of {grouped_number(turns)} turns differ ", "bold text"),)
    return spread(start, end, width)


def summary_entries(metrics: Sequence[MetricChange], probes: Sequence[ProbeChange]) -> list[Entry]:
    """Probes that are answered otherwise, then metrics that are not the same."""
    found: list[Entry] = []
    if probes:
        found.append(_heading(f"Probes answered otherwise · {len(probes)}"))
        found += [Entry(_probe_line(probe), probe.after_turn) for probe in probes]
    if metrics:
        found.append(_heading(f"Metrics that differ · {len(metrics)}"))
        found += [Entry(_metric_line(metric)) for metric in metrics]
    return found


def _heading(text: str) -> Entry:
    return Entry(((text, "bold muted"),), is_heading=True)


def turns_heading(diff: ForkDiff) -> Entry:
    """The first turn of an effect, and how many there are."""
    first = diff.first_effect
    if first is None:
        return _heading("Turns that differ · none so far")
    decided = grouped_number(len(diff.decided))
    return _heading(f"Turns that differ, from turn {first} on · something else happens in {decided}")


def _probe_line(probe: ProbeChange) -> Line:
    better = _RANK.get(probe.after, 0) > _RANK.get(probe.before, 0)
    return (
        (left(f"after {probe.after_turn}", _TURN), "muted"),
        (left(printable(probe.probe_id), _NAME), "text"),
        (f"{probe.before} → {probe.after}", _NEW if better else _GONE),
    )


_RANK = {"not scored": 0, "fail": 1, "covered": 2, "pass": 3}


def _metric_line(metric: MetricChange) -> Line:
    return (
        (left(metric.name, _NAME), "text"),
        (right(_figure(metric.before), _NUMBER), "muted"),
        (" → ", "faint"),
        (left(_figure(metric.after), _NUMBER), "bold text"),
    )


def _figure(value: float | None) -> str:
    if value is None:
        return "—"
    return grouped_number(value) if isinstance(value, int) else f"{value:.3f}"


def turn_line(diff: TurnDiff) -> Line:
    """One turn that differs: how many events, and what each section of the prompt lost and gained."""
    line: list[tuple[str, str]] = [
        (left(f"turn {diff.turn}", _TURN), "bold text"),
        (left(_count_words(diff), _EVENTS), "muted"),
    ]
    for change in diff.sections:
        line.append((f"{change.section} ", "muted"))
        rewritten = [name for name in change.gone if name in change.new]
        line += [(f"−{printable(name)} ", _GONE) for name in change.gone if name not in rewritten]
        line += [(f"+{printable(name)} ", _NEW) for name in change.new if name not in rewritten]
        line += [(f"{_REWRITTEN}{printable(name)} ", "action-warn") for name in rewritten]
    if not diff.sections:
        line.append(("the same prompt, decided otherwise", "faint"))
    return tuple(line)


def _count_words(diff: TurnDiff) -> str:
    return f"−{len(diff.gone)} +{len(diff.new)} events" if diff.gone or diff.new else "as before"


def turn_lines(diff: TurnDiff, width: int) -> list[Line]:
    """One turn in full: custody of both, tokens of both, and every event that only one of them has."""
    before, after = diff.custody
    counts = [
        f"{name} {getattr(before, name)} → {getattr(after, name)}"
        for name in ("visible", "covered", "recoverable", "lost")
        if getattr(before, name) != getattr(after, name)
    ]
    tokens = f"prompt {grouped_number(diff.before.tokens.total)} → {grouped_number(diff.after.tokens.total)} tokens"
    lines: list[Line] = [((f"Turn {diff.turn} · {' · '.join([tokens, *counts])}", "muted"),), BLANK]
    for mark, events, style in (("−", diff.gone, _GONE), ("+", diff.new, _NEW)):
        for event in events:
            lines += _event_lines(mark, event, style, width)
    if not diff.gone and not diff.new:
        words = "The events of this turn do the same in both; its prompt differs by what came before."
        lines += [((piece, "muted"),) for piece in wrap(words, max(20, width))]
    return lines


def _event_lines(mark: str, event: PagingEvent, style: str, width: int) -> list[Line]:
    words = printable(event_words(event))
    lines: list[Line] = [((f"{mark} {words}", style),)]
    lines += [((f"    {piece}", "muted"),) for piece in wrap(printable(event.reason), max(20, width - 4))]
    return lines
