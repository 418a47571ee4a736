"""What may be seen of texts until somebody reveals them."""

from __future__ import annotations

from building import memory, run, session, turn
from hypothesis import given
from hypothesis import strategies as st

from memview.model.session import Approval
from memview.replay.governance_masks import Masks

SECRET = "kiwi: the portal password is k1w1-Grove-77x"


def test_a_sensitive_memory_is_masked_whole_and_says_what_it_is() -> None:
    masks = Masks()
    shown = masks.of_memory(memory("M", "the code is four words long", sensitivity="secret"))
    assert "code" not in shown
    assert "masked: secret, 27 characters" in shown
    assert masks.drawn == 1
    masks.toggle()
    assert masks.of_memory(memory("M", "the code", sensitivity="secret")) == "the code"


def test_credentials_in_any_text_give_way_to_their_kind() -> None:
    masks = Masks()
    assert "k1w1" not in masks.of_text(SECRET)
    assert "[credential: password]" in masks.of_memory(memory("M", SECRET))
    assert masks.of_text("an ordinary sentence about 12 kiwis") == "an ordinary sentence about 12 kiwis"
    assert Masks(revealed=True).of_text(SECRET) == SECRET


def test_a_prompt_keeps_its_counts_and_loses_its_secrets() -> None:
    loaded = (memory("key", "kiwi code of the house", sensitivity="secret"), memory("note", SECRET))
    replay = run(session(turn(1), turn(2, SECRET), loaded=loaded, approvals=(Approval(0, "key"),)))
    sent = replay.prompt(2)
    shown = Masks().of_prompt(replay, sent)
    assert "k1w1" in sent.text()
    assert "house" in sent.text()
    assert "k1w1" not in shown.text()
    assert "house" not in shown.text()
    assert [section.tokens for section in shown.sections] == [section.tokens for section in sent.sections]
    assert Masks(revealed=True).of_prompt(replay, sent) == sent


@given(st.lists(st.text(max_size=60), max_size=20))
def test_masking_is_the_same_the_second_time_and_counts_only_what_it_changed(texts: list[str]) -> None:
    masks = Masks()
    first = [masks.of_text(text) for text in texts]
    assert [masks.of_text(text) for text in texts] == first
    assert masks.drawn == 2 * sum(text != shown for text, shown in zip(texts, first, strict=True))
