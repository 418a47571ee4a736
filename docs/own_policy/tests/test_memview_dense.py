import memview
from memview.policies import Page, load_policy
from memview_dense import Dense


def page(item: int, tokens: int, importance: float) -> Page:
    return Page(item, f"m{item}", tokens, importance, "fact", False, entered=1, last_used=1)


def test_of_two_that_matter_alike_the_larger_one_leaves() -> None:
    policy = Dense()
    for resident in (page(1, 10, 0.5), page(2, 40, 0.5), page(3, 40, 0.9)):
        policy.admit(resident, turn=1)
    assert policy.victim(lambda page: True, turn=2).page.memory_id == "m2"


def test_memview_replays_under_it() -> None:
    assert load_policy("dense").label == "dense@1"
    replay = memview.replay(memview.load("session_01"), policy="dense", core_budget=120)
    assert replay.metrics["evictions"] > 0
    assert any("a token, lowest of" in event.reason for event in replay.events)
