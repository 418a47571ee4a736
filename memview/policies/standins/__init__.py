"""Deterministic stand-ins for what shipped systems ask a language model to do. One component a file; see `registry`."""
