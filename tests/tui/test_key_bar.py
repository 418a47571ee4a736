"""The footer of a screen: which keys it tells of."""

from __future__ import annotations

from pathlib import Path

import pytest
from holder import shown

from memview.sessions.catalogue import find_session
from memview.settings import Settings
from memview.tui.app import MemviewApp


@pytest.fixture(autouse=True)
def _nobodys_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMVIEW_STATE", str(tmp_path / "state"))


@pytest.mark.parametrize(("policies", "told"), [(("lru",), " p policy"), (("lru", "fifo"), " [ ] policy")])
async def test_it_tells_how_to_turn_to_another_loaded_policy(policies: tuple[str, ...], told: str) -> None:
    app = MemviewApp(find_session("session_01"), policies, None, None, Settings())
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(4):
            await app.workers.wait_for_complete()
            await pilot.pause()
        footer = shown(app).splitlines()[-1]
        assert told in footer
        assert "? keys" in footer
        assert "^p palette" in footer
        start = footer.index("policy")
        if len(policies) > 1:
            await pilot.click("#footer", offset=(start, 0))
            await pilot.pause()
            assert "▸fifo@1" in shown(app).splitlines()[0]
