"""Invariants where several agents share a session, a person takes steps back, and a lifecycle runs every turn."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import sessions

from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.lifecycle_spec import LifecycleSpec
from memview.model.policy_spec import SHARED_WRITES
from memview.model.session import Session, Undo
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.cross_agent import cross_agent_effects
from memview.replay.trial import Trial
from memview.replay.undo import lifecycle_steps, undone

NAMES = (None, "ada", "bob")
EVERY_TURN = LifecycleSpec(1, cluster_size=2, cluster_threshold=0.2, cluster_idle_turns=1)


@st.composite
def shared_sessions(draw: st.DrawFn) -> Session:
    session = draw(sessions())
    names = [arrival.memory.memory_id for arrival in session.arrivals]
    names += [memory.memory_id for turn in session.turns for memory in turn.remember]
    undos = [
        Undo(number, name)
        for number in range(len(session.turns) + 1)
        for name in (draw(st.lists(st.sampled_from(names), max_size=2)) if names else ())
    ]
    return replace(
        session,
        agent=draw(st.sampled_from(NAMES)),
        agents=draw(st.sampled_from(((), ("ada", "bob")))),
        undos=tuple(undos),
        blocks=tuple(replace(block, agent=draw(st.sampled_from(NAMES))) for block in session.blocks),
    )


@settings(max_examples=30, deadline=None)
@given(shared_sessions(), st.sampled_from(SHARED_WRITES))
def test_agents_undos_and_consolidation_break_nothing(session: Session, rule: str) -> None:
    spec = replace(load_policy("lru"), shared_writes=rule, lifecycle=EVERY_TURN)
    try:
        replay = Replay(Workload(session), spec).run()
    except PolicyError:
        assume(False)
        return
    assert Replay(Workload(session), spec).run().digest == replay.digest
    assert Trial(Workload(session), spec).metrics == replay.metrics
    assert all(effect.writer != effect.reader for effect in cross_agent_effects(replay))
    undone(replay, [step.seq for step in lifecycle_steps(replay)])
    for number in range(1, replay.turn_count + 1):
        frame = replay.frame(number)
        assert frame.tokens.core <= replay.budgets.core
        assert frame.tokens.total + frame.tokens.reserve <= frame.tokens.limit
        acting = session.turns[number - 1].agent or session.agent
        for name in (*frame.core, *frame.retrieved, *frame.summary):
            memory = replay.memory(name)
            owner = memory.agent or (None if session.agents or memory.kind == "message" else session.agent)
            may_read = acting in memory.readers or (memory.tier == "shared" and not memory.readers)
            assert None in (acting, owner) or owner == acting or may_read
