"""What a result was made of: all that it depends on, so that a file of results tells old ones from its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass

from memview import __version__
from memview.evaluate.grid import Grid
from memview.model.policy_spec import PolicySpec
from memview.model.session import Session
from memview.sessions.writer import session_objects
from memview.tokens import counter_or_estimate

Identity = Mapping[str, object]

_FOR_READERS = ("family", "provenance", "summary")


def session_digest(session: Session) -> str:
    """`sha256:` of the session as memview writes it: the same for the same content in whatever file and format."""
    digest = hashlib.sha256()
    for line in session_objects(session):
        # ASCII, because a session in memory may hold half characters, which no UTF-8 file can.
        digest.update(json.dumps(line, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n")
    return f"sha256:{digest.hexdigest()}"


def policy_digest(spec: PolicySpec) -> str:
    """`sha256:` of everything in a policy that decides, and not of what describes it."""
    plain = _plain(spec)
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode('ascii')).hexdigest()}"


def token_counter(session: Session) -> str:
    """The counter that really counts: the exact one that a session names may not be on this machine."""
    return counter_or_estimate(session.tokenizer)[0].name


def identities(grid: Grid, session: str, counter: str) -> list[list[Identity]]:
    """Identities of the cells of one session (its digest), by policy and point."""
    shared = {
        "memview": __version__,
        "session": session,
        "tokens": counter,
        "window": grid.window,
        "seed": grid.seed,
        "categories": None if grid.categories is None else sorted(grid.categories),
    }
    return [
        [{**shared, "policy": policy, "core": point.core, "retrieval": point.retrieval} for point in grid.points]
        for policy in map(policy_digest, grid.specs)
    ]


def key_of(identity: Identity) -> str:
    """A text that is the same for equal identities only."""
    return json.dumps(identity, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.name not in _FOR_READERS
        }
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(part) for part in value]
    return value
