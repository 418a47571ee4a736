"""The nouns of memview: records, events, frames, policies as data. Imports nothing of ours."""

from memview.model.event import ACTIONS, PagingEvent, Signal
from memview.model.frame import SECTIONS, Custody, Frame, SectionTokens
from memview.model.memory import Citation, Memory
from memview.model.policy_spec import PolicySpec
from memview.model.session import Approval, Arrival, Budgets, Probe, Session, ToolCall, Turn

__all__ = [
    "ACTIONS",
    "SECTIONS",
    "Approval",
    "Arrival",
    "Budgets",
    "Citation",
    "Custody",
    "Frame",
    "Memory",
    "PagingEvent",
    "PolicySpec",
    "Probe",
    "SectionTokens",
    "Session",
    "Signal",
    "ToolCall",
    "Turn",
]
