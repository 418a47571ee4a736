"""`python -m agent_memory [FILE]`: play the example and record it to FILE, session.jsonl unless told."""

from __future__ import annotations

import sys

from .example import example_memory, run_example


def main() -> int:
    """Play the example; returns the exit status."""
    path = sys.argv[1] if len(sys.argv) > 1 else "session.jsonl"
    try:
        memory = example_memory(path)
    except OSError as error:
        print(f"{path}: {error.strerror}; name another file", file=sys.stderr)
        return 1
    for text, answer in run_example(memory):
        print(f"user:  {text}\nagent: {answer.text}")
        if answer.cited:
            print(f"       rests on {', '.join(answer.cited)}")
    for held in memory.archive.held_back():
        print(f"held back: {held.memory_id} {held.text!r} from {held.citation.source_url}")
    print(f"\nRecorded. Look at it with: memview {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
