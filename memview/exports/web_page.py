"""One self-contained web page of a replay or comparison: no network, opens from a file, stepped by keys."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Sequence
from importlib.resources import files

from memview.model.display import printable
from memview.replay import Replay
from memview.replay.governance_masks import Masks

_ASSETS = files("memview.exports") / "page"


def web_page(labelled: Sequence[tuple[str, Replay]], masks: Masks) -> str:
    """The page for `labelled` replays of one session, complete, side by side; texts as `masks` let them be seen.

    A content security policy allows the page's own script by its hash and nothing else: no text of a session can run or
    fetch anything.
    """
    from memview.exports.page_data import page_data

    script = _asset("page.js")
    session = labelled[0][1].session
    title = f"{session.session_id}: {session.title}" if session.title else session.session_id
    parts = {
        "TITLE": html.escape(printable(title)),
        "STYLE": _asset("page.css"),
        "SCRIPT": script,
        "SCRIPT_HASH": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "WITHOUT_SCRIPT": _table(labelled),
        "DATA": _embedded(page_data(labelled, masks)),
    }
    pieces = _asset("page.html").split("@@")
    return "".join(parts[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def _embedded(data: object) -> str:
    """JSON that no parser of HTML takes for markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _table(labelled: Sequence[tuple[str, Replay]]) -> str:
    """The metrics, for a reader without scripts."""
    heads = "".join(f"<th>{html.escape(printable(label))}</th>" for label, _ in labelled)
    metrics = [replay.metrics for _, replay in labelled]
    rows = []
    for name in metrics[0]:
        cells = "".join(f"<td>{_figure(each[name])}</td>" for each in metrics)
        rows.append(f"<tr><th>{html.escape(name)}</th>{cells}</tr>")
    return f"<table><thead><tr><th>metric</th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _figure(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
