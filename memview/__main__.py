"""The programs `memview` and `memos`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        from memview.cli.launch import open_at_once

        status = open_at_once(sys.argv[1:])
        if status is None:
            from memview.cli.main import run

            status = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line is there to see it
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
