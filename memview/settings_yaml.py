"""Reading YAML that a person wrote: the fast safe loader, and what to say when the text is wrong."""

from __future__ import annotations

import yaml

YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where PyYAML was built with it (ten times as fast)."""


def yaml_complaint(error: Exception) -> str:
    """One line that says where the text goes wrong."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
    return f"{where}not valid YAML ({problem}); mend the line, or move the file away"
