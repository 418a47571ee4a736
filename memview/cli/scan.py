"""`scan`: the guard over texts, each judged by the bar of its source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import click

from memview.cli.options import json_option
from memview.cli.output import write_lines
from memview.cli.text_table import table_lines
from memview.guard import Screening, Source
from memview.model.display import fit, printable

if TYPE_CHECKING:
    from memview.cli.scan_input import Item

_FLAGGED_STATUS = 3
_EXCERPT = 48


@dataclass(frozen=True, slots=True)
class Scanned:
    """One text's result, without the text."""

    place: str
    source: Source
    label: str | None
    screening: Screening
    sensitive: tuple[str, ...]


@click.command("scan")
@click.argument("file")
@click.option("--source", type=click.Choice(get_args(Source)), help="Source of the lines that name none.")
@click.option("--fail-on-flag", is_flag=True, help="Exit with status 3 when anything is flagged.")
@json_option
def scan_command(file: str, source: Source | None, fail_on_flag: bool, as_json: bool) -> int:
    """Screen texts for injected orders and sensitive contents.

    FILE holds lines of {"text":...,"source":"fact"|"message"|"document"}, plain or gzip, or is a session: its file,
    or the name of a sample. - is standard input. A line's "label", "attack" or "benign", makes the totals say how many
    were found.
    """
    from memview.cli.scan_input import items_of

    results = _scanned(list(items_of(file, source)))
    write_lines(map(_json_line, results) if as_json else _account(results))
    return _FLAGGED_STATUS if fail_on_flag and any(result.screening.flagged for result in results) else 0


def _scanned(items: Sequence[Item]) -> list[Scanned]:
    from memview.guard.batch import examine_all

    examined = examine_all([(item.text, item.source) for item in items])
    return [
        Scanned(item.place, item.source, item.label, found.screening, found.sensitive)
        for item, found in zip(items, examined, strict=True)
    ]


def _json_line(result: Scanned) -> str:
    found: dict[str, object] = {} if result.place.isdecimal() else {"id": result.place}
    found |= {
        "flagged": result.screening.flagged,
        "score": result.screening.score,
        "rules": list(result.screening.names),
        "source": result.source,
    }
    if result.sensitive:
        found["sensitive"] = list(result.sensitive)
    return json.dumps(found, ensure_ascii=False)


def _account(results: Sequence[Scanned]) -> Iterator[str]:
    flagged = [result for result in results if result.screening.flagged]
    if flagged:
        rows = [_row(result) for result in flagged]
        yield from table_lines(["where", "source", "score", "rules", "because it", "words"], rows, texts=6)
        yield ""
    sensitive = [result for result in results if result.sensitive]
    for result in sensitive:
        yield f"{printable(result.place)}: sensitive: {', '.join(result.sensitive)}"
    if sensitive:
        yield ""
    for source in get_args(Source):
        of_source = [result for result in results if result.source == source]
        if of_source:
            yield from _totals(source, of_source)
    if not results:
        yield "nothing to screen"


def _row(result: Scanned) -> list[str]:
    heaviest = result.screening.rules[0]
    return [
        printable(result.place),
        result.source,
        f"{result.screening.score:.2f}",
        ", ".join(result.screening.names),
        heaviest.rule.description,
        fit(heaviest.excerpt, _EXCERPT).rstrip(),
    ]


def _totals(source: str, results: Sequence[Scanned]) -> Iterator[str]:
    yield f"{source}: flagged {_share([result.screening.flagged for result in results])}"
    for label, what in (("attack", "recall"), ("benign", "false alarms")):
        labelled = [result.screening.flagged for result in results if result.label == label]
        if labelled:
            yield f"  {label}: {what} {_share(labelled)}"


def _share(flags: Sequence[bool]) -> str:
    """`3 of 70, 4.3 % (95 % interval 1.5 to 11.9 %)`, by Wilson."""
    from memview.guard.rates import wilson

    low, high = wilson(sum(flags), len(flags))
    share = 100 * sum(flags) / len(flags)
    return f"{sum(flags)} of {len(flags)}, {share:.1f} % (95 % interval {100 * low:.1f} to {100 * high:.1f} %)"
