"""Compactions by name: from the `compaction:` section of a policy to an object that compacts windows."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from memview.kernel.window import Compaction
from memview.model.compaction_spec import CompactionSpec
from memview.model.display import printable
from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.policies.compaction import repairs
from memview.policies.compaction.aftermath import MemoryPressure, Quiet
from memview.policies.compaction.chain import Chain
from memview.policies.compaction.measures import BufferTokens, ContextMessages, Events, Messages, PromptTokens
from memview.policies.compaction.parts import Measure, Repair, Select, Transform, Trigger
from memview.policies.compaction.settings import Settings, chosen, make, names_of, refuse_unknown
from memview.policies.compaction.shape import Shape
from memview.policies.compaction.transforms import Drop, RecursiveSummary, TailSummary
from memview.policies.compaction.triggers import (
    AllButBuffer,
    AtShare,
    OverCount,
    OverCountOrWindow,
    OverShare,
    OverTokens,
)

WINDOW = "window"
THEN = " then "

MEASURES: Mapping[str, type[Measure]] = MappingProxyType(
    {
        "prompt-tokens": PromptTokens,
        "buffer-tokens": BufferTokens,
        "messages": Messages,
        "context-messages": ContextMessages,
        "events": Events,
    }
)
TRIGGERS: Mapping[str, type[Trigger]] = MappingProxyType(
    {
        "over-share": OverShare,
        "at-share": AtShare,
        "over-tokens": OverTokens,
        "all-but-buffer": AllButBuffer,
        "over-count": OverCount,
        "over-count-or-window": OverCountOrWindow,
    }
)
SELECTS: Mapping[str, str] = MappingProxyType(
    {
        "conversation-share": "conversation_share:ConversationShare",
        "covered-share": "covered_share:CoveredShare",
        "covered-share-trims-all": "covered_share_trims_all:CoveredShareTrimsAll",
        "ends": "ends:Ends",
        "everything": "everything:Everything",
        "flush": "flush:Flush",
        "middle-until-fits": "middle:MiddleUntilFits",
        "newest-characters": "newest_characters:NewestCharacters",
        "newest-messages": "newest_messages:NewestMessages",
        "newest-share": "newest_share:NewestShare",
        "old-tool-results": "old_tool_results:OldToolResults",
        "oldest-share": "oldest_share:OldestShare",
        "oldest-until-fits": "until_fits:OldestUntilFits",
        "oldest-window-share": "window_share:OldestWindowShare",
        "recent-turns": "recent_turns:RecentTurns",
        "sliding-window": "sliding_window:SlidingWindow",
        "static-buffer": "static_buffer:StaticBuffer",
        "summarisable": "summarisable:Summarisable",
        "user-messages": "user_messages:UserMessages",
    }
)
"""Selections: the module below `memview.policies.compaction.selects` and the class in it, imported when asked for."""
TRANSFORMS: Mapping[str, type[Transform]] = MappingProxyType(
    {"drop": Drop, "summary": RecursiveSummary, "tail-summary": TailSummary}
)
DESTINATIONS: Mapping[str, str] = MappingProxyType({"recall": "recall", "nowhere": "nowhere"})
REPAIRS: Mapping[str, Repair] = MappingProxyType(
    {
        "none": repairs.anywhere,
        "after-user-and-results": repairs.after_user_and_results,
        "after-results": repairs.after_results,
        "after-one-result": repairs.after_one_result,
        "next-user": repairs.next_user,
        "next-assistant": repairs.next_assistant,
        "last-assistant": repairs.last_assistant,
        "before-calls": repairs.before_calls,
    }
)
AFTERMATHS: Mapping[str, type[Quiet] | type[MemoryPressure]] = MappingProxyType(
    {"none": Quiet, "memory-pressure": MemoryPressure}
)
STAGES: Mapping[str, str] = MappingProxyType({"facts": "facts:Facts", "pages": "pages:Pages", "prune": "prune:Prune"})
"""What comes beside or before the window: the module below `memview.policies.compaction` and the class in it."""

_CHOICES = ("measure", "trigger", "select", "transform", "destination", "repair", "aftermath")


def create_compaction(spec: PolicySpec) -> Compaction | None:
    """A fresh compaction for one replay of `spec`, or None when it compacts nothing. Raises PolicyError."""
    return None if spec.compaction is None else build(spec.compaction, f"{spec.label}: policy.compaction")


def check_compaction(spec: PolicySpec, where: str) -> None:
    """Raise PolicyError, starting with `where`, unless the policy's compaction can be made."""
    if spec.compaction is not None:
        build(spec.compaction, f"{where}: policy.compaction")


def build(spec: CompactionSpec, where: str) -> Compaction:
    """The stages that `spec.algorithm` names, joined by ` then `, each with its settings. Raises PolicyError."""
    known: list[str] = []
    stages = []
    for name in spec.algorithm.split(THEN):
        stages.append(_stage(name, spec.settings, where, known))
    refuse_unknown(spec.settings, known, f"{where}.settings")
    return stages[0] if len(stages) == 1 else Chain(tuple(stages))


def _stage(name: str, settings: Settings, where: str, known: list[str]) -> Compaction:
    if name == WINDOW:
        return _window(settings, f"{where}.settings", known)
    if name not in STAGES:
        names = [WINDOW, *STAGES]
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
        raise PolicyError(f"{where}.algorithm: unknown algorithm {printable(name)[:60]!r}; {hint}")
    stage = _load(STAGES[name], "memview.policies.compaction")
    known.extend(names_of([stage]))
    return cast("Compaction", make(stage, settings, f"{where}.settings"))


def _window(settings: Settings, where: str, known: list[str]) -> Shape:
    measure = MEASURES[chosen(settings, "measure", MEASURES, "prompt-tokens", where)]
    trigger = TRIGGERS[chosen(settings, "trigger", TRIGGERS, "over-share", where)]
    select = _load(SELECTS[chosen(settings, "select", SELECTS, "oldest-until-fits", where)], f"{__package__}.selects")
    transform = TRANSFORMS[chosen(settings, "transform", TRANSFORMS, "drop", where)]
    aftermath = AFTERMATHS[chosen(settings, "aftermath", AFTERMATHS, "none", where)]
    known.extend([*_CHOICES, *names_of([measure, trigger, select, transform, aftermath])])
    return Shape(
        make(measure, settings, where),
        make(trigger, settings, where),
        cast("Select", make(select, settings, where)),
        make(transform, settings, where),
        DESTINATIONS[chosen(settings, "destination", DESTINATIONS, "recall", where)],
        REPAIRS[chosen(settings, "repair", REPAIRS, "none", where)],
        make(aftermath, settings, where),
    )


def _load(path: str, package: str) -> type[object]:
    module, _, name = path.partition(":")
    found: type[object] = getattr(importlib.import_module(f"{package}.{module}"), name)
    return found
