"""`memview serve`: what is wrong is said before anything listens; other sites' pages get no inspector."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from browser import chromium
from cli_harness import REPOSITORY, Memview
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from memview.tui.web_server import WebServer


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("nosuch",), 1, "no session 'nosuch'"),
        (("session_01", "--policy", "nosuch"), 1, "nosuch"),
        (("--theme", "nosuch"), 1, "nosuch"),
        (("--port", "0"), 2, "--port"),
    ],
)
def test_what_is_wrong_is_said_at_once(arguments: tuple[str, ...], status: int, words: str, memview: Memview) -> None:
    done = memview("serve", *arguments)
    assert done.status == status
    assert words in done.error


def test_a_port_that_is_taken_is_an_error(memview: Memview) -> None:
    with socket.create_server(("localhost", 0)) as taken:
        done = memview("serve", "--port", taken.getsockname()[1])
    assert done.status == 1
    assert "cannot be served" in done.error


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://evil.example:8000", "Host": "evil.example:8000"},
        {},
    ],
)
async def test_a_page_of_another_site_gets_no_inspector(headers: dict[str, str]) -> None:
    server = WebServer("exit 1", "localhost", 8000)
    async with TestClient(TestServer(await server._make_app())) as client:
        answer = await client.get("/ws", headers={"Connection": "Upgrade", "Upgrade": "websocket", **headers})
        assert answer.status == 403


async def test_the_page_fetches_nothing_from_elsewhere() -> None:
    server = WebServer("exit 1", "localhost", 8000)
    async with TestClient(TestServer(await server._make_app())) as client:
        page = await (await client.get("/")).text()
    assert set(re.findall(r"(?:https?|wss?)://[^/\"]+", page)) == {"http://localhost:8000", "ws://localhost:8000"}


def test_a_browser_steps_through_a_session(tmp_path: Path) -> None:
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "memview", "serve", "session_05", "--policy", "lru", "--port", str(port)]
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    with (
        chromium(tmp_path / "profile") as browser,
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, env=environment) as server,
    ):
        try:
            assert server.stdout is not None
            assert f"http://localhost:{port}" in server.stdout.readline()
            browser.get(f"http://localhost:{port}/")
            wait = WebDriverWait(browser, 30)
            wait.until(lambda _: "-first-byte" in browser.find_element(By.TAG_NAME, "body").get_attribute("class"))
            first = _at_rest(browser)
            ActionChains(browser).send_keys(Keys.ARROW_RIGHT).perform()
            wait.until(lambda _: _picture(browser) != first)
            assert _at_rest(browser) != first
            ActionChains(browser).send_keys(Keys.ARROW_LEFT).perform()
            wait.until(lambda _: _picture(browser) == first)
            ActionChains(browser).send_keys("q").perform()
            wait.until(lambda _: "-closed" in browser.find_element(By.TAG_NAME, "body").get_attribute("class"))
        finally:
            server.terminate()


def _picture(browser: Any) -> str:
    """What the page shows; the terminal in it draws its texts as pixels."""
    return str(browser.get_screenshot_as_base64())


def _at_rest(browser: Any) -> str:
    """The picture once it stays the same for a second."""
    seen: list[str] = []

    def stays(_: object) -> bool:
        seen.append(_picture(browser))
        return len(seen) > 10 and len(set(seen[-10:])) == 1

    WebDriverWait(browser, 60, poll_frequency=0.1).until(stays)
    return seen[-1]
