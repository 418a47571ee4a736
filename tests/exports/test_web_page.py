"""The page as a file: self-contained, hostile texts as data, masks kept."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

from building import memory, run, session, turn

from memview.exports.page_data import TEXT_LIMIT, page_data
from memview.exports.web_page import web_page
from memview.model.session import Budgets
from memview.replay import Replay
from memview.replay.compare import Comparison
from memview.replay.governance_masks import Masks

HOSTILE = "</script><script>alert(1)</script><!-- &lt; \u2028 \x1b]0;x\x07"


def labelled(*replays: Replay) -> list[tuple[str, Replay]]:
    return [(replay.spec.label, replay) for replay in replays]


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def story(text: str = "kiwi", title: str = "") -> Any:
    loaded = (memory("A", text, tokens=60), memory("B", text, tokens=60))
    return session(turn(1, text, used=("A",)), turn(2, text, used=("B",), response=text), loaded=loaded, title=title)


def test_the_page_fetches_nothing_and_lets_only_its_own_script_run() -> None:
    page = web_page(labelled(run(story())), Masks())
    assert "http://" not in page
    assert "https://" not in page
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(script) == 1
    allowed = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{allowed}'" in page
    assert "default-src 'none'" in page


def test_a_hostile_text_stays_data() -> None:
    page = web_page(labelled(run(story(HOSTILE, title=HOSTILE))), Masks())
    assert "alert(1)</script>" not in page
    assert "\x1b" not in page
    assert len(re.findall(r"<script", page)) == 2
    assert data_of(page)["turns"][0]["text"].startswith("</script><script>alert(1)")


def test_frames_events_and_divergences_are_those_of_the_replays() -> None:
    first, second = run(story()), run(story(), "mru")
    data = data_of(web_page(labelled(first, second), Masks()))
    names = [item["id"] for item in data["items"]]
    for replay, told in zip((first, second), data["replays"], strict=True):
        assert told["digest"] == replay.digest
        for number in range(3):
            frame = replay.frame(number)
            assert [names[item] for item in told["frames"][number][0]] == list(frame.core)
            assert [names[item] for item in told["frames"][number][3]] == list(frame.window)
            assert told["frames"][number][5] == list(frame.custody.as_dict().values())
            assert [event[0] for event in told["events"][number]] == [
                replay.events[seq].action for seq in replay.event_span(number)
            ]
    assert data["diverging"] == list(Comparison(first.session, [first, second]).diverging_turns)


def test_sensitive_texts_are_masked_until_revealed_and_long_ones_cut() -> None:
    secret = "sk-" + "a1B2c3D4e5F6g7H8" * 3
    told = session(turn(1, f"key {secret}"), loaded=(memory("A", secret, sensitivity="credential"),))
    replay = run(told)
    assert secret not in web_page(labelled(replay), Masks())
    assert secret in web_page(labelled(replay), Masks(revealed=True))
    long = session(turn(1, "x" * (TEXT_LIMIT + 5)))
    turns: Any = page_data(labelled(run(long)), Masks())["turns"]
    assert turns[0]["text"].endswith(" … and 5 more characters")


def test_two_summaries_of_one_id_are_two_items() -> None:
    texts = [
        f"Turn {number} speaks of kiwi number {number} at length. It names /srv/file{number}.py in full."
        for number in range(1, 13)
    ]
    narrow = Budgets(window=260, core=0, retrieval=0, reserve=0)
    long = session(*(turn(number, text, tokens=60) for number, text in enumerate(texts, 1)), budgets=narrow)
    first, second = run(long, "claude-code"), run(long, "codex")
    data: Any = page_data(labelled(first, second), Masks())
    keys = [(item["id"], item["text"]) for item in data["items"]]
    assert len(keys) == len(set(keys))
    assert len({name for name, _ in keys}) < len(keys)
