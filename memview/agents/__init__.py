"""Agents that work the MemGPT way: user turns in, memory tools called, answers with citations out, all on record."""
