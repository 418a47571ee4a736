"""Core memory as a file of its own, in MemGPT's shape and in Letta's.

MemGPT: `{"persona": "...", "human": "..."}`, each value text or an object with `value` and `limit`; as it keeps an
agent's state, with `{"memory": {...}}` around it. Letta: a list of objects with `label`, `value`, `limit`,
`description`, `read_only`, or `{"blocks": [...]}` around it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from memview.model.block import MEMGPT_BLOCK_CHARS, Block
from memview.sessions.block_rules import over_its_limit, require_own_labels
from memview.sessions.build import block_of
from memview.sessions.plain import block_object
from memview.sessions.problems import Problem, from_validation, printable, whole_file
from memview.sessions.records import BlockRecord
from memview.sessions.strictness import require_finite

_MOST_BYTES = 64 << 20
_CHECKED = TypeAdapter(BlockRecord)


@dataclass(frozen=True, slots=True)
class LoadedBlocks:
    """Blocks with what was odd about their file; each warning is one printable line `FILE: FIELD: ...`."""

    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()


def read_blocks(path: str | os.PathLike[str]) -> LoadedBlocks:
    """The blocks in a JSON file, in their order; a value above its limit is warned about and kept.

    Raises SessionFileError for a file that cannot be read or that has neither shape.
    """
    file = Path(path)
    strange: list[str] = []
    try:
        blocks = tuple([_block(place, value, strange) for place, value in _entries(_document(file))])
        require_own_labels(blocks)
    except Problem as problem:
        raise whole_file(f"{file}: {printable(problem.field)}", problem.message, problem.mend) from None
    odd = [f"{field}: unknown key, kept" for field in dict.fromkeys(strange)]
    odd += [f"{block.label}.value: {over_its_limit(block)}" for block in blocks if block.is_over_its_limit]
    return LoadedBlocks(blocks, tuple(printable(f"{file}: {line}") for line in odd))


def write_blocks(path: str | os.PathLike[str], blocks: Sequence[Block]) -> None:
    """Write blocks in MemGPT's shape where it can hold them, else in Letta's; `read_blocks` gives equal ones back.

    A crash leaves either the old file or the new one. Raises SessionFileError when the place cannot be written, or when
    a text holds half a character.
    """
    from memview.sessions.writer import replacing

    target = Path(path)
    text = json.dumps(blocks_object(blocks), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    with replacing(target) as stream:
        try:
            stream.write(text.encode())
        except UnicodeEncodeError:
            message = "a text holds half a character (a lone surrogate)"
            raise whole_file(target, message, "replace it in the source") from None


def blocks_object(blocks: Sequence[Block]) -> object:
    """Blocks as JSON values: MemGPT's shape where it can hold them, else Letta's."""
    whole = [block_object(block, MEMGPT_BLOCK_CHARS) for block in blocks]
    if any(entry.keys() - {"label", "value", "limit"} for entry in whole):
        return whole
    return {
        block.label: {"value": block.value, "limit": block.limit} if "limit" in entry else block.value
        for block, entry in zip(blocks, whole, strict=True)
    }


def _document(file: Path) -> object:
    try:
        with file.open("rb") as stream:
            raw = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise whole_file(file, f"cannot be read ({error.strerror or error})", "check the name") from None
    if len(raw) > _MOST_BYTES:
        raise whole_file(file, "is larger than 64 MB", "core memory is a few thousand characters")
    try:
        document = json.loads(raw, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError):
        raise whole_file(file, "is not JSON", 'write {"persona": "...", "human": "..."}') from None
    require_finite("json", document)
    return document


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem("json", "a key is given twice", "keep one")
    return found


def _entries(document: object) -> list[tuple[str, object]]:
    """Each block with its place for messages; those of MemGPT's shape get their label."""
    if isinstance(document, Mapping) and _is_state(document.get("memory")):
        document = document["memory"]
    if isinstance(document, Mapping) and isinstance(document.get("blocks"), list):
        document = document["blocks"]
    if isinstance(document, list):
        return [(f"[{index}]", entry) for index, entry in enumerate(document)]
    if not isinstance(document, Mapping):
        raise Problem("json", "must be an object or a list of blocks", 'write {"persona": "...", "human": "..."}')
    return [(label, _labelled(label, entry)) for label, entry in document.items()]


def _is_state(entry: object) -> bool:
    """Whether what a file calls `memory` holds blocks; it might be one itself, called so."""
    return isinstance(entry, Mapping) and bool(entry) and "value" not in entry and "limit" not in entry


def _labelled(label: str, entry: object) -> object:
    if isinstance(entry, str):
        return {"label": label, "value": entry}
    if isinstance(entry, Mapping):
        return {"label": label, **{key: value for key, value in entry.items() if key != "label"}}
    raise Problem(label, "must be text or an object with a value", "put it in quotes")


def _block(place: str, entry: object, strange: list[str]) -> Block:
    try:
        record = _CHECKED.validate_python(entry)
    except ValidationError as error:
        raise from_validation(error).within(place) from None
    return block_of(record, MEMGPT_BLOCK_CHARS, place, strange.append)
