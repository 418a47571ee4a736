"""A policy that can be asked: its data, and its window compaction as a function of a list of messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.model.policy_spec import PolicySpec

if TYPE_CHECKING:
    from memview.policies.compaction.on_messages import Compacted


@dataclass(frozen=True, slots=True)
class Policy(PolicySpec):
    """What `load_policy` returns."""

    def compact(self, messages: Sequence[Mapping[str, object]], *, window: int) -> Compacted:
        """What the policy does with these chat messages before a prompt is sent in a window of `window` tokens.

        A message is a mapping with `role`, `content` (text, a list of parts, or None), `tokens` (estimated when
        absent), `id` and `tool_calls`; the first is the system prompt. A fresh compaction looks at them: nothing is
        remembered from one call to the next. Raises PolicyError for other input, and for a window that cannot hold
        the system prompt.
        """
        from memview.policies.compaction.on_messages import compact_messages

        return compact_messages(self, messages, window)
