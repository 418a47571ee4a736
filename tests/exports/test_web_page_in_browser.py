"""The page in a real browser, from a file: stepped by keys, and nothing of a session runs in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from browser import chromium
from building import memory, run, session, turn
from selenium.webdriver import ActionChains, Keys

from memview.exports.web_page import web_page
from memview.replay.compare import Comparison
from memview.replay.governance_masks import Masks

HOSTILE = "<img src=x onerror='document.title=1'></script><script>document.title=1</script>"


def test_keys_step_through_the_turns_and_from_divergence_to_divergence(tmp_path: Path) -> None:
    loaded = tuple(memory(name, f"{name * 4} {HOSTILE}", tokens=40) for name in "ABCD")
    turns = (turn(number, name * 4, used=(name,)) for number, name in enumerate("ABCABDAB", 1))
    story = session(*turns, loaded=loaded, title=HOSTILE)
    replays = [run(story, "lru"), run(story, "mru")]
    diverging = Comparison(story, replays).diverging_turns
    assert diverging
    target = tmp_path / "page.html"
    target.write_text(web_page([(each.spec.label, each) for each in replays], Masks()), encoding="utf-8")
    with chromium(tmp_path / "profile") as browser:
        browser.get(target.as_uri())
        title = browser.title

        def press(*keys: str) -> str:
            ActionChains(browser).send_keys(*keys).perform()
            shown: Any = browser.execute_script("return document.getElementById('where').textContent")
            return str(shown)

        assert press(Keys.ARROW_RIGHT).startswith("turn 1/8")
        assert press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT).startswith("turn 2/8")
        assert press(Keys.END).startswith("turn 8/8")
        assert press(Keys.HOME).startswith("turn 0/8")
        assert press("n") == f"turn {diverging[0]}/8 · policies differ"
        names: Any = browser.execute_script(
            "return [...document.querySelectorAll('article')].map("
            "column => [...column.querySelectorAll('h3')[0].parentNode.querySelectorAll('.name')]"
            ".map(name => name.textContent))"
        )
        assert names == [list(replay.frame(diverging[0]).core) for replay in replays]
        assert "no earlier divergence" in press("N")
        assert browser.execute_script("return document.querySelectorAll('img').length") == 0
        assert browser.title == title != "1"
        resources: Any = browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
        assert resources == []
        assert browser.get_log("browser") == []
