"""A recorded result beside ours: the same, or what is different.

Recorders keep results as lists of ids, as text, or as the JSON that MemGPT wraps around both. Where the recorded one
names memories or turns that exist, the names are compared; of an edit only whether it worked; else the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from memview.kernel.memory_tools.calls import clipped

_LONGEST = 20_000
_NAMED = 3
_NAMES = re.compile(r"""[^\s,;"'`()\[\]{}<>|]+""")
_REFUSALS = re.compile(
    r"error|exception|failed|edit failed|no replacement|no memory tool|invalid|missing arg|unexpected arg|block field"
    r"|this block is read-only|old text cannot|old content .*not found|content not found|.{0,200}exceeds .{0,40}limit"
    r"|.{0,80} argument must be|page .{0,20}out of range|no function named",
    re.IGNORECASE,
)


def named_in(recorded: object, known: Callable[[str], str | None]) -> list[str]:
    """The ids that a recorded result names; `known` gives one its canonical form, or None for what is no id."""
    return list(dict.fromkeys(name for word in _words(_message(recorded)) if (name := known(word)) is not None))


def difference_of_search(
    recorded: object, text: str, found: Sequence[str], known: Callable[[str], str | None]
) -> str | None:
    """In what way a recorded search result is not ours, or None when it is the same.

    `text` is our result and `found` what it shows; `known` as in `named_in`.
    """
    message, named = _message(recorded), named_in(recorded, known)
    if _plain(_told(message)) == _plain(text):
        # Word for word: an id that happens to stand in a message found says nothing.
        return None
    if not named and message != []:
        theirs = _told(message)
        return f"{_quoted(theirs)} in the recording, {_quoted(text)} here"
    ours = list(dict.fromkeys(found))
    only_theirs = [name for name in named if name not in set(ours)]
    only_ours = [name for name in ours if name not in set(named)]
    parts = [
        f"{_listed(names)} only {where}"
        for names, where in ((only_theirs, "in the recording"), (only_ours, "here"))
        if names
    ]
    return ", ".join(parts) or None


def difference_of_edit(recorded: object, text: str, worked: bool) -> str | None:
    """In what way a recorded result of an edit is not ours; whatever does not read like an error means success."""
    theirs = _told(_message(recorded))
    failed = _status(recorded) == "failed" or _REFUSALS.match(theirs[:_LONGEST].strip()) is not None
    return None if failed != worked else f"{_quoted(theirs)} in the recording, {_quoted(text)} here"


def words_of(recorded: object) -> Iterator[str]:
    """Whatever in a recorded result may be an id."""
    return _words(_message(recorded))


def _unpacked(recorded: object) -> object:
    """What JSON text holds; anything else as it is."""
    if isinstance(recorded, str) and recorded[:1] in ("{", "[") and len(recorded) <= _LONGEST:
        try:
            return json.loads(recorded)
        except (ValueError, RecursionError):
            return recorded
    return recorded


def _message(recorded: object) -> object:
    unpacked = _unpacked(recorded)
    if isinstance(unpacked, Mapping) and "message" in unpacked:
        return _unpacked(unpacked["message"])
    return unpacked


def _status(recorded: object) -> str:
    unpacked = _unpacked(recorded)
    status = unpacked.get("status") if isinstance(unpacked, Mapping) else None
    return "failed" if isinstance(status, str) and status.casefold() in ("failed", "error") else "ok"


def _words(message: object) -> Iterator[str]:
    """Whatever in the result may be an id: whole texts first, then their words."""
    for text in _texts(message):
        yield text
        for word in _NAMES.findall(text[:_LONGEST]):
            yield word
            yield word.rstrip(".:!?")


def _texts(message: object) -> Iterator[str]:
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, Mapping):
            waiting.extend(reversed(list(part.values())))
        elif isinstance(part, Sequence):
            waiting.extend(reversed(part))


def _told(message: object) -> str:
    return message if isinstance(message, str) else json.dumps(message, ensure_ascii=False, sort_keys=True)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _quoted(text: str) -> str:
    return f"'{clipped(' '.join(text[:_LONGEST].split()))}'"


def _listed(names: Iterable[str]) -> str:
    every = [clipped(name) for name in names]
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return ", ".join(every[:_NAMED]) + more
