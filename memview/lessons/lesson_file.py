"""Lesson files: YAML in, `Lesson` out. Every error names the file and the place in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from memview.lessons.lesson import EVICTION, PANES, Choice, Lesson, Prediction, Stop
from memview.model.display import printable
from memview.model.errors import MemviewError

MAX_FILE_BYTES = 256 * 1024

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
_Words = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
_Option = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
_Core = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True)]


class _StopBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    turn: Annotated[int, Field(ge=0, strict=True)]
    caption: _Words
    policy: str | None = None
    core: _Core | None = None
    pane: Literal["core", "turn", "hits", "timeline"] | None = None
    memory: str | None = None
    predict: Literal["eviction"] | None = None
    ask: _Words | None = None
    options: Annotated[list[_Option], Field(min_length=2, max_length=6)] | None = None
    answer: Annotated[int, Field(ge=1, strict=True)] | None = None
    after: _Words | None = None

    @model_validator(mode="after")
    def _one_question(self) -> _StopBody:
        if self.predict and self.options:
            raise ValueError("predict has no options of its own: they are the residents of the core")
        if (self.options is None) != (self.answer is None):
            raise ValueError("options and answer belong together")
        if self.options is not None and self.ask is None:
            raise ValueError("options need a question: ask")
        if self.options is not None and self.answer is not None and self.answer > len(self.options):
            raise ValueError(f"answer {self.answer} of {len(self.options)} options")
        if self.ask is not None and self.options is None and not self.predict:
            raise ValueError("ask needs options and answer, or predict")
        if self.after is not None and self.ask is None and not self.predict:
            raise ValueError("after is told when a question is answered; this stop has none")
        return self


class _LessonBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: _Name
    title: _Words
    summary: _Words
    session: _Words
    minutes: Annotated[int, Field(ge=1, le=120, strict=True)] = 5
    policy: str = "lru"
    core: _Core | None = None
    stops: Annotated[list[_StopBody], Field(min_length=1, max_length=200)]


def read_lesson(path: Path) -> Lesson:
    """The lesson in the file `path`. Raises MemviewError that names file, stop and field, and how to mend it."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise MemviewError(f"{path}: longer than {MAX_FILE_BYTES} bytes; that is no lesson file")
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MemviewError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError:
        raise MemviewError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark is not None else ""
        raise MemviewError(f"{path}{where}: is not YAML; mend the syntax") from None
    try:
        body = _LessonBody.model_validate(content)
    except ValidationError as error:
        raise MemviewError(f"{path}: {_first(error)}") from None
    return _lesson(body, path)


def _lesson(body: _LessonBody, path: Path) -> Lesson:
    stops = []
    pane = PANES[0]
    for stop in body.stops:
        pane = stop.pane or pane
        stops.append(
            Stop(
                turn=stop.turn,
                policy=stop.policy or body.policy,
                core=body.core if stop.core is None else stop.core,
                pane=pane,
                caption=_flowing(stop.caption),
                memory=stop.memory,
                question=_question(stop),
                after=_flowing(stop.after or ""),
            )
        )
    beside = path.parent / body.session
    session = str(beside) if beside.is_file() else body.session
    return Lesson(body.name, body.title, _flowing(body.summary), session, tuple(stops), body.minutes, str(path))


def _question(stop: _StopBody) -> Choice | Prediction | None:
    if stop.predict == EVICTION:
        return Prediction(_flowing(stop.ask or "Which page will be evicted in the next turn?"))
    if stop.options is None or stop.answer is None or stop.ask is None:
        return None
    return Choice(_flowing(stop.ask), tuple(stop.options), stop.answer - 1)


def _flowing(text: str) -> str:
    """Paragraphs, one a line: what YAML's folded style (`>`) makes of text with empty lines in between."""
    return "\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n") if paragraph.strip())


def _first(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    place = ""
    for part in detail["loc"]:
        place += f" {part + 1}" if isinstance(part, int) else f"{': ' if place else ''}{part}"
    message = str(detail["msg"]).removeprefix("Value error, ")
    return printable(f"{place or 'lesson'}: {message}")
