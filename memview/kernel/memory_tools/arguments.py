"""The border of the memory tools: arguments come from a language model and are checked before anything runs.

Each tool takes the names of this project and those of the systems: MemGPT 0.3.25 (`memgpt/functions/function_sets/
base.py`) and Letta. `request_heartbeat` and the agent's thoughts ride along in their calls and mean nothing here.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from memview.kernel.memory_tools.calls import (
    Append,
    ArchivalInsert,
    ArchivalSearch,
    Call,
    Insert,
    RecallSearch,
    Refusal,
    Replace,
    Rethink,
    clipped,
)
from memview.kernel.memory_tools.recall import date_of

_PASSENGERS = frozenset({"request_heartbeat", "inner_thoughts", "thinking"})
_MOST = 10**9
_WHOLE = re.compile(r"\s*[+-]?\d{1,12}\s*", re.ASCII)


def _page_number(given: object) -> object:
    """As MemGPT reads a page: `"None"` is none, and a whole number may come as text or with a decimal point."""
    if isinstance(given, str):
        if given.strip().lower() == "none":
            return None
        return int(given) if _WHOLE.fullmatch(given) else given
    return int(given) if isinstance(given, float) and given.is_integer() else given


_Page = Annotated[Annotated[int, Field(ge=0, le=_MOST)] | None, BeforeValidator(_page_number)]
_Count = Annotated[int, Field(ge=1, le=_MOST)] | None


class _Arguments(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, frozen=True)

    @abstractmethod
    def call(self) -> Call:
        """What these arguments ask for."""


class _Block(_Arguments):
    section: str = Field(validation_alias=AliasChoices("section", "label", "name"))


class _Append(_Block):
    text: str = Field(validation_alias=AliasChoices("text", "content"))

    def call(self) -> Call:
        return Append(self.section, self.text)


class _Insert(_Block):
    new_str: str = Field(validation_alias=AliasChoices("new_str", "new_string", "text", "content"))
    insert_line: Annotated[int, Field(ge=-1, le=_MOST)] = -1

    def call(self) -> Call:
        return Insert(self.section, self.new_str, self.insert_line)


class _Replace(_Block):
    old: str = Field(validation_alias=AliasChoices("old", "old_content", "old_str", "old_string"))
    new: str = Field(validation_alias=AliasChoices("new", "new_content", "new_str", "new_string"))

    def call(self) -> Call:
        return Replace(self.section, self.old, self.new, unique=False)


class _ReplaceOne(_Replace):
    def call(self) -> Call:
        return Replace(self.section, self.old, self.new, unique=True)


class _Rethink(_Block):
    new_memory: str = Field(validation_alias=AliasChoices("new_memory", "text", "content"))

    def call(self) -> Call:
        return Rethink(self.section, self.new_memory)


class _ArchivalInsert(_Arguments):
    text: str = Field(validation_alias=AliasChoices("text", "content"))
    tags: list[str] | None = None

    def call(self) -> Call:
        return ArchivalInsert(self.text, tuple(self.tags or ()))


class _ArchivalSearch(_Arguments):
    query: str
    top_k: _Count = None
    page: _Page = None
    start: _Page = None
    tags: list[str] | None = None
    tag_match_mode: Literal["any", "all"] | None = None
    start_datetime: str | None = None
    end_datetime: str | None = None

    def call(self) -> Call:
        return ArchivalSearch(
            self.query, self.top_k, self.page or 0, tuple(self.tags or ()), self.tag_match_mode == "all",
            _day(self.start_datetime), _day(self.end_datetime),
        )  # fmt: skip


class _RecallSearch(_Arguments):
    query: str | None = None
    page: _Page = None
    start: _Page = None
    limit: _Count = None
    roles: list[Literal["assistant", "user", "tool"]] | None = None
    start_date: str | None = None
    end_date: str | None = None

    def call(self) -> Call:
        if self.query is None and not (self.roles or self.start_date or self.end_date):
            # Letta may leave it out where something else says which messages are meant; MemGPT may not.
            raise Refusal("missing argument 'query'")
        return RecallSearch(
            self.query or "", self.page or 0, _day(self.start_date), _day(self.end_date), self.limit,
            tuple(self.roles or ()),
        )  # fmt: skip


class _RecallSearchDate(_Arguments):
    start_date: str
    end_date: str
    page: _Page = None

    def call(self) -> Call:
        return RecallSearch("", self.page or 0, _day(self.start_date), _day(self.end_date))


_TOOLS: Mapping[str, type[_Arguments]] = {
    "core_memory_append": _Append,
    "core_memory_replace": _Replace,
    "memory_insert": _Insert,
    "memory_replace": _ReplaceOne,
    "memory_rethink": _Rethink,
    "archival_memory_insert": _ArchivalInsert,
    "archival_memory_search": _ArchivalSearch,
    "conversation_search": _RecallSearch,
    "conversation_search_date": _RecallSearchDate,
}
TOOL_NAMES = tuple(_TOOLS)

_WANTED = {
    "string_type": "text",
    "string_unicode": "text",
    "int_type": "an integer",
    "list_type": "a list",
    "literal_error": "{expected}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}


def parse_call(tool: str, arguments: Mapping[str, object]) -> Call:
    """The checked call of a memory tool. Raises Refusal for an unknown tool, and for arguments that do not fit it."""
    model = _TOOLS.get(tool)
    if model is None:
        raise Refusal(f"No memory tool is called {clipped(tool)} (there are {', '.join(_TOOLS)})")
    given = {name: value for name, value in arguments.items() if name not in _PASSENGERS}
    try:
        return model.model_validate(given).call()
    except ValidationError as error:
        raise Refusal(_explain(error)) from None


def _explain(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_input=False)
    first = details[0]
    name = f"'{clipped(str(first['loc'][0]))}'"
    if first["type"] == "missing":
        told = f"missing argument {name}"
    elif first["type"] == "extra_forbidden":
        told = f"unexpected argument {name}"
    else:
        wanted = _WANTED.get(first["type"], "something else").format(**first.get("ctx", {}))
        told = f"{name} argument must be {wanted}"
    return told if len(details) == 1 else f"{told} (and {len(details) - 1} more)"


def _day(text: str | None) -> str | None:
    if text is not None:
        date_of(text)
    return text
