"""Rules for conflicting writes of several agents to what they share. One of them is named by a policy.

Two records clash when they say the same in the same words, or give a slot that holds one thing at a time (`lives in`,
`name`, ...) two different ones. A newer record that names an older one as superseded, and an edit of a shared block,
are conflicts by themselves. Whatever the rule: what comes from documents and tools outside never ends what does not.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType

from memview.kernel.shared_writes import Claim, Clash, Ruling
from memview.model.event import Signal
from memview.model.memory import TRUST_CLASSES, Memory
from memview.model.policy_spec import PolicySpec


def _owner_wins(older: Claim, newer: Claim) -> Ruling:
    """What was there first stands, until its owner says otherwise."""
    return Ruling(False, _arrived(older, newer))


def _last_writer_wins(older: Claim, newer: Claim) -> Ruling:
    """What was written last stands."""
    return Ruling(True, _arrived(older, newer))


def _higher_trust_wins(older: Claim, newer: Claim) -> Ruling:
    """What is trusted more, with all that it derives from, stands; of two that are trusted alike, the last."""
    rank = TRUST_CLASSES.index
    mine, others = rank(newer.trust), rank(older.trust)
    return Ruling(mine >= others, Signal("trust", mine, others))


def _arrived(older: Claim, newer: Claim) -> Signal:
    return Signal("arrived", newer.arrived, older.arrived)


_RULINGS: Mapping[str, Callable[[Claim, Claim], Ruling]] = MappingProxyType(
    {
        "owner-wins": _owner_wins,
        "last-writer-wins": _last_writer_wins,
        "higher-trust-wins": _higher_trust_wins,
    }
)


class SharedWriteRule:
    """The rule called `name`, one of `memview.model.policy_spec.SHARED_WRITES`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._ruling = _RULINGS[name]

    def topics(self, memory: Memory) -> Sequence[Hashable]:
        """The wording, and the slots that the text fills. What happened, or was said, contradicts nothing."""
        # Here and below: only sessions of several agents need to know what a sentence says.
        from memview.policies.lifecycle.conflicts import UNCHANGING_KINDS, topics_of
        from memview.policies.lifecycle.wording import normal

        if memory.kind in UNCHANGING_KINDS:
            return ()
        return (normal(memory.text), *topics_of(memory))

    def clash(self, older: Memory, newer: Memory) -> Clash | None:
        """The same words, or a contradiction."""
        from memview.policies.lifecycle.conflicts import contradiction
        from memview.policies.lifecycle.wording import normal

        if normal(older.text) == normal(newer.text):
            return Clash(is_same=True)
        told = contradiction(older, newer)
        return None if told is None else Clash(is_same=False, told=told)

    def ruling(self, older: Claim, newer: Claim) -> Ruling:
        """By the rule's name."""
        return self._ruling(older, newer)


def write_rule(spec: PolicySpec) -> SharedWriteRule:
    """The rule that `spec` names."""
    return SharedWriteRule(spec.shared_writes)
