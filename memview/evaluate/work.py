"""Work for processes: what is sent to them and what comes back, as bytes that need no shared memory."""

from __future__ import annotations

import copyreg
import pickle
from collections.abc import Callable
from io import BytesIO
from types import MappingProxyType
from typing import NamedTuple

from memview.evaluate.grid import Cell
from memview.evaluate.results import Result


class Finished(NamedTuple):
    """A cell and its result, or the one line that says why it has none."""

    cell: Cell
    result: Result | None
    problem: str = ""


def packed(value: object) -> bytes:
    """`value` (a session, a grid) as bytes for another process of this program: `pickle.loads` unpacks them."""
    stream = BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    # Our records share read-only mappings, which pickle by itself does not know.
    pickler.dispatch_table = {**copyreg.dispatch_table, MappingProxyType: _reduced}
    pickler.dump(value)
    return stream.getvalue()


def _reduced(mapping: MappingProxyType[str, object]) -> tuple[Callable[..., object], tuple[dict[str, object]]]:
    return _read_only, (dict(mapping),)


def _read_only(mapping: dict[str, object]) -> MappingProxyType[str, object]:
    return MappingProxyType(mapping)
