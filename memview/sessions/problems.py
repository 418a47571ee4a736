"""What is wrong with a line of a session file, in words: the field, the fault and how to mend it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from memview.model.errors import SessionFileError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

LINE_TYPES = ("session", "memory", "turn", "probe", "approval", "pin", "undo")
LINE_TYPE_NAMES = ", ".join(LINE_TYPES)

_SHOWN = 60
_JSON_NAMES: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}
_WHOLE_LINE: Mapping[str, str] = {"json_invalid": "json", "union_tag_not_found": "type", "union_tag_invalid": "type"}
_WANTED: Mapping[str, tuple[str, str]] = {
    "string_type": ("text", "put it in quotes"),
    "int_type": ("a whole number", "write it without quotes"),
    "float_type": ("a number", "write it without quotes"),
    "bool_type": ("true or false", "write it without quotes"),
    "list_type": ("a list", "put it in [ ]"),
    "dict_type": ("an object", "put it in { }"),
    "model_attributes_type": ("an object", "put it in { }"),
}
_FIXED: Mapping[str, tuple[str, str]] = {
    "missing": ("is missing", "add it"),
    "union_tag_not_found": ("is missing", f"use one of {LINE_TYPE_NAMES}"),
    "string_too_short": ("is empty", "give it a name"),
    "finite_number": ("must be a finite number", "leave it out when it is not known"),
}
_LINE_AND_COLUMN = re.compile(r"(?:at )?line \d+ column (\d+)")


class Problem(Exception):  # noqa: N818 - it becomes an error once file and line are known
    """A fault of one record, before file and line are known. `field` is a path such as `turn.remember[0].trust`."""

    def __init__(self, field: str, message: str, mend: str) -> None:
        super().__init__(field, message, mend)
        self.field = field
        self.message = message
        self.mend = mend

    def within(self, outer: str) -> Problem:
        """The same fault, seen from the record that holds this one."""
        return Problem(f"{outer}.{self.field}" if self.field else outer, self.message, self.mend)

    def at(self, file: str, line: int) -> SessionFileError:
        """The error for a person: `FILE:LINE: FIELD: message; how to mend`."""
        return SessionFileError(f"{printable(file)}:{line}: {printable(self.field)}: {self.message}; {self.mend}")


def printable(text: str) -> str:
    """`text` on one line without control codes: what a message may repeat of a foreign name."""
    return text if text.isprintable() else repr(text)[1:-1]


def quoted(value: object) -> str:
    """`value` as a short quotation for a message, control codes escaped."""
    if isinstance(value, str):
        return _clip(repr(value[:_SHOWN]))
    if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        return _clip(str(value)) if abs(value) < 10**30 else "a huge number"
    return _name(value)


def nearest(name: str, choices: Iterable[str], *, count: int = 3) -> str:
    """`did you mean a, b?` for the choices nearest to `name`, or the empty string when none is near."""
    known = {choice.casefold(): choice for choice in sorted(choices)}
    near = get_close_matches(name.casefold(), list(known), n=count, cutoff=0.55)
    return f"did you mean {', '.join(printable(known[key]) for key in near)}?" if near else ""


def whole_file(file: str | os.PathLike[str], message: str, mend: str) -> SessionFileError:
    """An error about a file as a whole: `FILE: message; how to mend`."""
    return SessionFileError(f"{printable(os.fspath(file)) or repr('')}: {message}; {mend}")


def from_validation(error: ValidationError) -> Problem:
    """The first of pydantic's complaints in our words."""
    details = error.errors(include_url=False, include_context=True)
    first = details[0]
    field = _path(first["loc"]) or _WHOLE_LINE.get(first["type"], "line")
    message, mend = _explain(first)
    if len(details) > 1:
        message += f" (and {len(details) - 1} more on this line)"
    return Problem(field, message, mend)


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _explain(detail: ErrorDetails) -> tuple[str, str]:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind in _WANTED:
        wanted, mend = _WANTED[kind]
        return f"must be {wanted}, not {quoted(value) if isinstance(value, float) else _name(value)}", mend
    if kind in _FIXED:
        return _FIXED[kind]
    if kind == "json_invalid" and "recursion" in str(context["error"]):
        return "nested too deeply", "flatten it"
    if kind == "json_invalid":
        fault = _LINE_AND_COLUMN.sub(r"column \1", str(context["error"]))
        return f"this line is not JSON ({fault})", "write one JSON object on each line"
    if kind == "union_tag_invalid":
        near = nearest(str(context["tag"]), LINE_TYPES, count=1)
        return f"unknown type {quoted(context['tag'])}", near or f"use one of {LINE_TYPE_NAMES}"
    if kind == "literal_error":
        return f"unknown value {quoted(value)}", f"use {context['expected']}"
    bound = context.get("ge", context.get("le"))
    if bound is not None:
        return f"must be at {'least' if 'ge' in context else 'most'} {bound:g}, not {quoted(value)}", "correct it"
    return detail["msg"][:1].lower() + detail["msg"][1:], "correct it"


def _name(value: object) -> str:
    return _JSON_NAMES.get(type(value), "this")


def _clip(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
