"""What somebody may have meant by a policy name that does not exist."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from memview.policies.policy import Policy

_MOST = 3
_NO_LETTER = re.compile(r"[^a-z0-9]+")


def nearest_policies(wanted: str, catalogue: Iterable[Policy]) -> list[str]:
    """The names or labels nearest to `wanted`, at most three, the nearest first; none when none is near.

    A name is compared with names, and what looks like name and version with labels too: `letta-0.16` means
    `letta@0.16.8`. Hyphens and dots do not count: `s3-fifo` means `s3fifo`.
    """
    policies = list(catalogue)
    name, _, version = wanted.partition("@")
    known = dict.fromkeys(policy.name for policy in policies)
    if version:
        found: list[str] = []
        for near in _nearest(name, known):
            labels = [policy.label for policy in policies if policy.name == near]
            found += nearest_versions(version, labels)[:1] or [near]
        return found[:_MOST]
    # `letta-0.16` says more than a name, and begins a label.
    longer = [policy for policy in policies if len(_bare(policy.name)) < len(_bare(name))]
    begun = [policy.label for policy in reversed(longer) if _begins(policy.label, name)]
    return begun[:_MOST] or _nearest(name, known) or _nearest(name, [policy.label for policy in policies])


def nearest_versions(version: str, labels: Collection[str]) -> list[str]:
    """Those of `labels` whose version begins with `version`, or looks like it, the newest or nearest first."""
    bare = _bare(version)
    beginning = [label for label in labels if _bare(_version(label)).startswith(bare)]
    if beginning and bare:
        return beginning[::-1]
    versions = {_version(label): label for label in labels}
    return [versions[near] for near in difflib.get_close_matches(version, versions, n=_MOST, cutoff=0.6)]


def _nearest(wanted: str, known: Iterable[str]) -> list[str]:
    names = list(known)
    same = [name for name in names if _bare(name) == _bare(wanted)]
    near = difflib.get_close_matches(wanted, names, n=_MOST, cutoff=0.6)
    longer = [name for name in names if _begins(name, wanted)] if len(_bare(wanted)) > 2 else []
    return list(dict.fromkeys([*same, *longer, *near]))[:_MOST]


def _begins(label: str, wanted: str) -> bool:
    return _bare(label).startswith(_bare(wanted))


def _version(label: str) -> str:
    return label.partition("@")[2]


def _bare(text: str) -> str:
    return _NO_LETTER.sub("", text.lower())
