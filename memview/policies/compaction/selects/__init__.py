"""Selections: which messages leave the window. One system's rule a file."""
