"""Ranking what the agent has stored against what the turn asks for."""
