"""Which memories an answer in free text names."""

from __future__ import annotations

import re
from collections.abc import Iterable


def ids_named_in(text: str, ids: Iterable[str]) -> list[str]:
    """Those of `ids` that `text` names, in the order of first mention. `PRF-0001` is not named by `PRF-00012`."""
    places: dict[str, int] = {}
    for memory_id in ids:
        found = re.search(rf"(?<![\w-]){re.escape(memory_id)}(?![\w-])", text)
        if found is not None:
            places[memory_id] = found.start()
    return sorted(places, key=places.__getitem__)
