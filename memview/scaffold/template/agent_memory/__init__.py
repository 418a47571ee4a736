"""A two-tier memory for an LLM agent: a main context that is bounded, an archive that is not."""

from .agent import Agent, Model, ModelError, ScriptedModel
from .archive import Archive
from .eviction import EvictionPolicy
from .main_context import Block, ContextOverflowError, CoreMemory, MainContext
from .memory import AgentMemory, Answer
from .recorder import SessionRecorder
from .records import Citation, Memory, Message, Reply, ToolCall
from .tools import Tool

__all__ = [
    "Agent",
    "AgentMemory",
    "Answer",
    "Archive",
    "Block",
    "Citation",
    "ContextOverflowError",
    "CoreMemory",
    "EvictionPolicy",
    "MainContext",
    "Memory",
    "Message",
    "Model",
    "ModelError",
    "Reply",
    "ScriptedModel",
    "SessionRecorder",
    "Tool",
    "ToolCall",
]
