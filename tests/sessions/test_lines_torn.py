"""A small gzip file that breaks off still gives the lines before the break."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from memview.sessions.lines import numbered_lines


@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_lines_before_the_break_are_read(tmp_path: Path, kept: float) -> None:
    lines = [b"line %d %d\n" % (number, number * 7919 % 1000) for number in range(300)]
    packed = gzip.compress(b"".join(lines), mtime=0)
    path = tmp_path / "torn.jsonl.gz"
    path.write_bytes(packed[: int(len(packed) * kept)])
    found = list(numbered_lines(path))
    assert found[-1][1] is None
    whole = [raw for _, raw in found[:-1]]
    assert len(whole) > 300 * kept / 3
    assert whole == lines[: len(whole)]
