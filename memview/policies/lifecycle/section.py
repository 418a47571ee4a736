"""The `lifecycle:` section of a policy file. Apart, as it needs pydantic and the lifecycle itself does not."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from memview.model.lifecycle_spec import DEFAULT_FORGET, ForgetRule, LifecycleSpec

_DEFAULT = LifecycleSpec()
_Turns = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
_Share = Annotated[float, Field(ge=0, le=1)]
_AboveZero = Annotated[float, Field(gt=0, le=1)]


class ForgetBody(BaseModel):
    """One entry of `forget`."""

    model_config = ConfigDict(extra="forbid")

    rule: Literal["never-retrieved", "retention", "expired", "superseded"]
    turns: _Turns = 0
    below: _Share = 0.0
    to: Literal["cold", "nowhere"] = "cold"
    levels: Annotated[int, Field(strict=True, ge=1, le=100)] = 3
    turns_per_day: Annotated[float, Field(gt=0, le=1e6)] = 50.0


class LifecycleBody(BaseModel):
    """The whole section, with the defaults of `LifecycleSpec`."""

    model_config = ConfigDict(extra="forbid")

    every_turns: _Turns = _DEFAULT.every_turns
    merge_threshold: _AboveZero = _DEFAULT.merge_threshold
    resolve: Literal["invalidate", "replace", "keep"] = "invalidate"
    forget: Annotated[list[ForgetBody], Field(max_length=16)] | None = None
    cluster_size: Annotated[int, Field(strict=True, ge=0, le=1000)] = _DEFAULT.cluster_size
    cluster_threshold: _AboveZero = _DEFAULT.cluster_threshold
    cluster_idle_turns: _Turns = _DEFAULT.cluster_idle_turns
    summary_words: Annotated[int, Field(strict=True, ge=1, le=1000)] = _DEFAULT.summary_words

    def spec(self) -> LifecycleSpec:
        """The section as the engine takes it; without `forget`, with the rules that are the default."""
        fields = self.model_dump(exclude={"forget"})
        if self.forget is None:
            return LifecycleSpec(**fields, forget=DEFAULT_FORGET)
        return LifecycleSpec(**fields, forget=tuple(ForgetRule(**rule.model_dump()) for rule in self.forget))
