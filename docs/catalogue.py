"""Writes the table of shipped policies into docs/policies.md: `PYTHONPATH=. python docs/catalogue.py`."""

from __future__ import annotations

from pathlib import Path

from memview.model.policy_spec import PolicySpec
from memview.policies.registry import shipped_policies

DOCUMENT = Path(__file__).with_name("policies.md")
BEGIN, END = "<!-- catalogue -->\n", "<!-- end of catalogue -->\n"


def table(policies: list[PolicySpec]) -> str:
    """The rows of all `policies`, by family."""
    rows = ["| policy | family | what it does | source |", "|---|---|---|---|"]
    for spec in sorted(policies, key=lambda spec: (spec.family, spec.name, spec.age)):
        cells = (f"`{spec.label}`", spec.family, spec.summary, spec.provenance)
        rows.append("| " + " | ".join(cell.replace("|", "\\|").strip() for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Put the table between its marks."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(before + BEGIN + table(shipped_policies()) + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
