"""Session x policy -> Replay: frames, stepping, metrics. The room can be called, too: `memview.replay(session)`."""

from __future__ import annotations

import sys
from types import ModuleType

from memview.kernel.workload import TokenizerInfo, Workload
from memview.model.session import Session
from memview.policies import load_policy
from memview.policies.registry import DEFAULT_POLICY
from memview.replay.replay import Replay

__all__ = ["Replay", "TokenizerInfo", "Workload", "replay_session"]


def replay_session(
    session: Session,
    policy: str = DEFAULT_POLICY,
    *,
    core_budget: int | None = None,
    window: int | None = None,
    retrieval_budget: int | None = None,
    seed: int = 0,
) -> Replay:
    """`session` replayed to its end under `policy` (a name, name@version, or a policy file). Budgets are tokens.

    Raises PolicyError for an unknown policy or impossible budgets, TokenizerError for an unknown tokenizer.
    """
    workload = Workload(session)
    return Replay(workload, load_policy(policy), core_budget, window, retrieval_budget, seed).run()


class _CallableRoom(ModuleType):
    """`memview.replay` is both this room and, for users of the library, the function that replays a session."""

    __call__ = staticmethod(replay_session)


sys.modules[__name__].__class__ = _CallableRoom
