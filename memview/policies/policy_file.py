"""Policy files: YAML in, `Policy` out. Every error names the file and the key."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from memview.expressions import parse_expression
from memview.kernel.protocols import PROMOTION_SIGNALS
from memview.kernel.retrieval.settings import retrieval_settings
from memview.model.compaction_spec import CompactionSpec
from memview.model.display import printable
from memview.model.errors import ExpressionError, PolicyError
from memview.model.lifecycle_spec import LifecycleSpec
from memview.model.policy_spec import DEFAULT_PROMOTE_IF, PolicySpec
from memview.policies.lifecycle.section import ForgetBody, LifecycleBody
from memview.policies.policy import Policy

MAX_FILE_BYTES = 64 * 1024

_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
_Version = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    StringConstraints(pattern=r"^[A-Za-z]{0,12}[0-9][A-Za-z0-9.-]{0,31}$"),
]
_Text = Annotated[str, StringConstraints(max_length=500)]
_Tokens = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True)]
_Number = Annotated[float, Field(ge=-1e9, le=1e9)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Weight = Annotated[float, Field(ge=0.1, le=10)]
_Algorithm = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}( then [a-z0-9-]{1,40}){0,3}$")]
_Setting = (
    Annotated[bool, Field(strict=True)]
    | Annotated[int, Field(strict=True, ge=-(10**9), le=10**9)]
    | Annotated[float, Field(strict=True, ge=-1e9, le=1e9)]
    | _Text
)


class _CompactionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    algorithm: _Algorithm = "window"
    settings: dict[_Name, _Setting] = {}


class _PolicyBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: _Name | None = None
    version: _Version = "1"
    family: _Text = "user"
    provenance: _Text = ""
    summary: _Text = ""
    eviction: _Name = "importance-recency"
    promote_if: _Text = DEFAULT_PROMOTE_IF
    admission: Literal["demand", "eager"] = "demand"
    core_budget_tokens: _Tokens | None = None
    retrieval_budget_tokens: _Tokens | None = None
    window_budget_tokens: _Tokens | None = None
    core_slots: Annotated[int, Field(ge=1, strict=True)] | None = None
    top_k: Annotated[int, Field(ge=1, le=40, strict=True)] = PolicySpec("").top_k
    min_score_ratio: Annotated[float, Field(ge=0, le=1)] = PolicySpec("").min_score_ratio
    retriever: Literal["bm25", "overlap", "rank-bm25"] = "bm25"
    analysis: Literal["english", "plain"] = "english"
    readahead: Annotated[int, Field(ge=0, le=8, strict=True)] = 0
    pool: Annotated[int, Field(ge=1, le=512, strict=True)] = PolicySpec("").pool
    neighbours: _Share = 0.0
    neighbour_reach: Annotated[int, Field(ge=1, le=8, strict=True)] = 1
    cited: _Share = 0.0
    derived: Literal["fetch", "index"] = "fetch"
    speaker_weight: _Weight = 1.0
    date_weight: _Weight = 1.0
    window_overflow: Literal["recall", "drop"] = "recall"
    parameters: dict[_Name, _Number] = {}
    compaction: _CompactionBody | None = None
    lifecycle: LifecycleBody | None = None
    shared_writes: Literal["higher-trust-wins", "last-writer-wins", "owner-wins"] = "higher-trust-wins"


class _PolicyFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    policy: _PolicyBody


def read_preset(path: Path) -> Policy:
    """A shipped policy: as `read_policy_file`, by the parser in C where PyYAML has it.

    That one is ten times faster, and a file nested deeply enough would crash it: only our own files go through it.
    """
    return _policy_of(_read_yaml(path, getattr(yaml, "CSafeLoader", yaml.SafeLoader)), path)


def read_policy_file(path: Path) -> Policy:
    """The policy in the YAML file at `path`; without a `name` key it is called as the file is.

    Raises PolicyError for a file that cannot be read, a wrong key or value, or a bad expression.
    """
    return _policy_of(_read_yaml(path, yaml.SafeLoader), path)


def _policy_of(data: object, path: Path) -> Policy:
    try:
        body = _PolicyFile.model_validate(data).policy
    except ValidationError as error:
        raise PolicyError(f"{path}: {_first_problem(error)}") from None
    fields = body.model_dump()
    fields["name"] = (body.name or path.stem).lower()
    fields["eviction"] = body.eviction.lower()
    if body.compaction is not None:
        fields["compaction"] = CompactionSpec(body.compaction.algorithm, body.compaction.settings)
    if body.lifecycle is not None:
        fields["lifecycle"] = body.lifecycle.spec()
    spec = Policy(**fields)
    try:
        parse_expression(spec.promote_if, PROMOTION_SIGNALS)
    except ExpressionError as error:
        raise PolicyError(f"{path}: policy.promote_if: {error}") from None
    try:
        retrieval_settings(spec)
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from None
    if spec.compaction is not None:
        from memview.policies.compaction.registry import check_compaction

        check_compaction(spec, str(path))
    return spec


def check_fields(spec: PolicySpec) -> None:
    """Raise PolicyError, naming the field, unless a policy made in code is what a policy file could say.

    Its algorithms are not looked at.
    """
    if not isinstance(spec.name, str):
        raise PolicyError("policy.name: expected text")
    written = {name: getattr(spec, name) for name in _PolicyBody.model_fields}
    written["parameters"] = _plain(spec.parameters, "parameters")
    if spec.compaction is not None:
        # A plugin's own class needs no name of an algorithm.
        written["compaction"] = {"settings": _plain(spec.compaction.settings, "compaction.settings")}
    if isinstance(spec.lifecycle, LifecycleSpec):
        written["lifecycle"] = asdict(spec.lifecycle) | {"forget": [asdict(rule) for rule in spec.lifecycle.forget]}
    try:
        _PolicyFile.model_validate({"policy": written})
        parse_expression(spec.promote_if, PROMOTION_SIGNALS)
    except ValidationError as error:
        raise PolicyError(_first_problem(error)) from None
    except ExpressionError as error:
        raise PolicyError(f"policy.promote_if: {error}") from None
    retrieval_settings(spec)


def _plain(value: object, key: str) -> dict[object, object]:
    if not isinstance(value, Mapping):
        raise PolicyError(f"policy.{key}: expected a mapping of names to values")
    return dict(value)


def _read_yaml(path: Path, loader: type[yaml.SafeLoader]) -> object:
    try:
        with path.expanduser().open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from None
    except (RuntimeError, ValueError) as error:  # a home that nobody has, a name with a zero byte
        raise PolicyError(f"{printable(str(path))}: cannot be read: {error}") from None
    if len(raw) > MAX_FILE_BYTES:
        raise PolicyError(f"{path}: larger than {MAX_FILE_BYTES // 1024} KiB: a policy file is a few lines of YAML")
    try:
        return yaml.load(raw.decode("utf-8-sig"), Loader=loader)  # noqa: S506  (both loaders are safe ones)
    except UnicodeDecodeError:
        raise PolicyError(f"{path}: not UTF-8 text: a policy file is YAML") from None
    except RecursionError:
        raise PolicyError(f"{path}: not valid YAML: too deeply nested") from None
    except (ValueError, LookupError, AttributeError, TypeError):
        # What PyYAML raises where text cannot be what its shape or its tag says: 2024-13-45, !!bool maybe.
        raise PolicyError(f"{path}: not valid YAML: a date, number or tagged value that does not exist") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        raise PolicyError(f"{path}{line}: not valid YAML: {printable(problem)}") from None


_KNOWN_KEYS: dict[tuple[int | str, ...], list[str]] = {
    (): list(_PolicyFile.model_fields),
    ("policy",): list(_PolicyBody.model_fields),
    ("policy", "compaction"): list(_CompactionBody.model_fields),
    ("policy", "lifecycle"): list(LifecycleBody.model_fields),
    ("policy", "lifecycle", "forget"): list(ForgetBody.model_fields),
}


def _section(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """`place` without the numbers of entries: all of a list are alike."""
    return tuple(part for part in place if isinstance(part, str))


def _first_problem(error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    # A misspelt key is why another one is missing.
    problem = next((each for each in problems if each["type"] == "extra_forbidden"), problems[0])
    place = printable(".".join(str(part) for part in problem["loc"])) or "the file"
    if problem["type"] == "extra_forbidden":
        key = str(problem["loc"][-1])
        known = _KNOWN_KEYS.get(_section(problem["loc"][:-1]), [])
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return f"{place}: unknown key; {hint}"
    if problem["type"] in ("model_type", "model_attributes_type"):
        return f"{place}: expected a mapping such as `policy: {{eviction: lru}}`"
    return f"{place}: {problem['msg'][:1].lower()}{problem['msg'][1:]}"
