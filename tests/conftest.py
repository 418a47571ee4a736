"""What every test starts from: no colours or settings of the person who runs it, and one hypothesis profile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_SHARED_DATA = (Path("/work/shared/data"), Path(__file__).parents[2] / "shared" / "data")

# Derandomised: a failure on one machine is a failure on all. `HYPOTHESIS_PROFILE=hunt` looks for new ones.
settings.register_profile(
    "memview", deadline=None, max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("hunt", deadline=None, max_examples=1500, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "memview"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: tests of screens wait for them as much as they compute."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _nobodys_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # An empty file: a MEMVIEW_CONFIG that names no file is an error, as it should be.
    nothing_settled = tmp_path_factory.mktemp("config") / "config.yaml"
    nothing_settled.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NO_COLOR", raising=False)
        patch.delenv("TEXTUAL_THEME", raising=False)
        patch.setenv("MEMVIEW_CONFIG", str(nothing_settled))
        patch.setenv("MEMVIEW_STATE", str(nothing_settled.parent / "state"))
        patch.setenv("MEMVIEW_CACHE", str(nothing_settled.parent / "cache"))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The directory of recorded data that is not part of the repository; skips where it is absent."""
    for directory in _SHARED_DATA:
        if directory.is_dir():
            return directory
    pytest.skip("the shared data directory is not on this machine")
