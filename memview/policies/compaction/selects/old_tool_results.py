"""Claude's `clear_tool_uses`: placeholders for all results of tools but the newest."""

from __future__ import annotations

from dataclasses import dataclass

from memview.kernel.window import WindowView
from memview.policies.compaction.parts import TOOL_ROLES, Cut, Fired, Measure, Repair
from memview.policies.compaction.settings import whole

CLEARED = "[cleared]"


@dataclass(frozen=True, slots=True)
class OldToolResults:
    """Replaces the results of all but the newest `keep_results` tool uses by `[cleared]`; nothing leaves.

    Source: platform.claude.com, context editing (clear_tool_uses_20250919); LangChain's ClearToolUsesEdit is the same.
    """

    keep_results: int = whole(3, 0)

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:  # noqa: ARG002
        messages = view.messages
        results = [index for index in range(1, len(messages)) if messages[index].role in TOOL_ROLES]
        old = results[: len(results) - self.keep_results] if self.keep_results < len(results) else []
        return Cut(replaced=tuple((index, CLEARED) for index in old if messages[index].text != CLEARED))
