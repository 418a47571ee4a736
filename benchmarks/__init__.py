"""Measured figures beside their targets: `python -m benchmarks` (no part of the installed package)."""
