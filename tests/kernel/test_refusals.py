"""What a person refuses stays out of every later prompt; what they approve comes in; the log says which."""

from __future__ import annotations

import pytest
from building import memory, run, session, turn

from memview.model.session import REFUSED, Approval, Session
from memview.replay import Replay
from memview.sessions.reader import read_session
from memview.sessions.writer import write_session


def told(replay: Replay, name: str) -> list[tuple[int, str, str]]:
    return [(event.turn, event.action, event.reason) for event in replay.events if event.memory_id == name]


def prompts_with(replay: Replay, name: str) -> list[int]:
    sections = ("core", "summary", "retrieved", "window")
    return [
        number
        for number in range(1, replay.turn_count + 1)
        if any(name in getattr(replay.frame(number), section) for section in sections)
    ]


def story(*approvals: Approval, **changes: object) -> Session:
    loaded = (memory("secret", "the gate code is kept by the harbour master", **changes),)
    turns = [turn(number, "who has the gate code of the harbour") for number in range(1, 6)]
    return session(*turns, loaded=loaded, approvals=approvals)


def test_a_refused_memory_never_enters_a_prompt_again_and_a_later_approval_changes_nothing() -> None:
    refused = Approval(1, "secret", decision=REFUSED)
    replay = run(story(refused, Approval(2, "secret"), quarantined=True))
    assert prompts_with(replay, "secret") == []
    assert (1, "reject", "refused by a person") in told(replay, "secret")
    assert all(action != "approve" for _, action, _ in told(replay, "secret"))
    assert (3, "reject", "refused by a person") in told(replay, "secret")


def test_a_refusal_takes_back_an_approval() -> None:
    replay = run(story(Approval(1, "secret"), Approval(3, "secret", decision=REFUSED), quarantined=True))
    assert prompts_with(replay, "secret") == [2, 3]


@pytest.mark.parametrize("tier", ["core", "summary", "archive"])
def test_an_ordinary_memory_can_be_refused_wherever_it_is(tier: str) -> None:
    kept = prompts_with(run(story(tier=tier, importance=0.9)), "secret")
    assert set(kept) >= {3, 4, 5}
    replay = run(story(Approval(2, "secret", decision=REFUSED), tier=tier, importance=0.9))
    assert max(prompts_with(replay, "secret")) == 2


def test_a_question_asked_without_a_trace_minds_refusals_too() -> None:
    replay = run(story(Approval(2, "secret", decision=REFUSED)))
    twin = replay.fork_kernel()
    twin.ask("who has the gate code", twin.demand.rank("who has the gate code"), None, None)
    assert replay.workload.items.find("secret") not in twin.recorder.context.visible()


def test_decisions_survive_the_session_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    written = story(Approval(1, "secret", by="ann"), Approval(2, "secret", by="bob", decision=REFUSED))
    path = tmp_path / "s.jsonl"
    write_session(written, path)
    assert read_session(path).session.approvals == written.approvals
    assert path.read_text().count('"decision":"refused"') == 1
    assert '"approved"' not in path.read_text()


def test_an_unknown_decision_is_an_error_with_its_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from memview.model.errors import MemviewError

    path = tmp_path / "s.jsonl"
    write_session(story(Approval(1, "secret", decision=REFUSED)), path)
    path.write_text(path.read_text().replace('"refused"', '"perhaps"'))
    with pytest.raises(MemviewError, match=r"approval\.decision"):
        read_session(path)
