"""The nouns of memview: records, events, frames, policies as data. Imports nothing of ours.

A noun's module is loaded when the noun is asked for: making its dataclasses takes milliseconds that the first frame of
the inspector does not have.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memview.model.block import Block, ToolLimits
    from memview.model.event import ACTIONS, PagingEvent, Signal
    from memview.model.frame import SECTIONS, Custody, Frame, SectionTokens
    from memview.model.memory import Citation, Memory
    from memview.model.policy_spec import PolicySpec
    from memview.model.session import Approval, Arrival, Budgets, PinChange, Probe, Session, ToolCall, Turn

__all__ = [
    "ACTIONS",
    "SECTIONS",
    "Approval",
    "Arrival",
    "Block",
    "Budgets",
    "Citation",
    "Custody",
    "Frame",
    "Memory",
    "PagingEvent",
    "PinChange",
    "PolicySpec",
    "Probe",
    "SectionTokens",
    "Session",
    "Signal",
    "ToolCall",
    "ToolLimits",
    "Turn",
]

_MODULES = {
    "block": ("Block", "ToolLimits"),
    "event": ("ACTIONS", "PagingEvent", "Signal"),
    "frame": ("SECTIONS", "Custody", "Frame", "SectionTokens"),
    "memory": ("Citation", "Memory"),
    "policy_spec": ("PolicySpec",),
    "session": ("Approval", "Arrival", "Budgets", "PinChange", "Probe", "Session", "ToolCall", "Turn"),
}


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            noun: object = getattr(import_module(f"memview.model.{module}"), name)
            return noun
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
