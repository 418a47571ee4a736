"""The forms in which a replay or comparison can leave the program, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from memview.replay import Replay
from memview.replay.governance_masks import Masks
from memview.sessions.writer import replacing

Labelled = Sequence[tuple[str, Replay]]


@dataclass(frozen=True, slots=True)
class Form:
    """`text` gives the file in pieces. `most` is how many replays it can hold; all have to be complete."""

    name: str
    suffix: str
    words: str
    most: int
    text: Callable[[Labelled, Masks], Iterable[str]]


def write_export(form: Form, labelled: Labelled, masks: Masks, target: Path) -> None:
    """Write `labelled` replays to `target` in `form`: whole, or not at all. Raises MemviewError when that fails."""
    with replacing(target) as stream:
        for piece in form.text(labelled, masks):
            stream.write(piece.encode("utf-8", "replace"))


def _page(labelled: Labelled, masks: Masks) -> Iterable[str]:
    from memview.exports.web_page import web_page

    return (web_page(labelled, masks),)


def _jsonl(labelled: Labelled, masks: Masks) -> Iterator[str]:  # noqa: ARG001 - events hold ids, and no texts
    for event in labelled[0][1].events:
        yield event.canonical() + "\n"


def _csv(labelled: Labelled, masks: Masks) -> Iterator[str]:  # noqa: ARG001
    from memview.exports.event_csv import event_csv

    for line in event_csv(labelled[0][1]):
        yield line + "\r\n"


def _trace(labelled: Labelled, masks: Masks) -> Iterable[str]:  # noqa: ARG001
    from memview.exports.chrome_trace import chrome_trace

    return chrome_trace(labelled)


FORMS: tuple[Form, ...] = (
    Form("html", ".html", "web page, stepped by keys, opens offline", 4, _page),
    Form("jsonl", ".jsonl", "paging events as canonical JSON Lines", 1, _jsonl),
    Form("csv", ".csv", "paging events as a table for spreadsheets", 1, _csv),
    Form("chrome-trace", ".trace.json", "paging trace for Perfetto (ui.perfetto.dev)", 8, _trace),
)


def form_called(name: str) -> Form:
    """The form called `name`. Raises KeyError."""
    return {form.name: form for form in FORMS}[name]
