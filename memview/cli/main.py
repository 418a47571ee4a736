"""The command group, and what happens around every command: errors in one line, exit statuses, closed pipes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from memview.cli.launch import COMMANDS
from memview.cli.output import ReaderGone, abandon_output
from memview.model.errors import MemviewError

USAGE_STATUS = 2
FAILURE_STATUS = 1
_INTERRUPTED_STATUS = 130


class LazyGroup(click.Group):
    """Commands by name, imported on demand; anything else opens the inspector."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        room = COMMANDS.get(cmd_name)
        if room is None:
            return None
        command = getattr(import_module(f"memview.cli.{room}"), f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in COMMANDS and args[0] not in ("--help", "-h", "--version")):
            args = ["open", *args]
        return super().parse_args(ctx, args)


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from memview import __version__

        click.echo(f"memview {__version__}")
        ctx.exit()


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`memview SESSION` opens a session file or a sample in the inspector; `memview` alone the session picker.",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print it.")
def cli() -> None:
    """Inspect LLM-agent memory: replay a session turn by turn under switchable paging policies."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line `arguments`; returns the exit status (0 well, 1 bad input, 2 wrong usage, 130 Ctrl-C)."""
    if sys.stdout is None:  # a shell's `>&-`
        return _fail("standard output is closed; send it to a file or to /dev/null", FAILURE_STATUS)
    try:
        status = cli.main(args=list(arguments), prog_name="memview", standalone_mode=False)
    except MemviewError as error:
        return _fail(f"{error}{_command_meant(arguments)}", FAILURE_STATUS)
    except click.UsageError as error:
        message = error.format_message().rstrip(".") + _command_meant(arguments)
        return _fail(f"{message}; see `{_command_path(error, arguments)} --help`", USAGE_STATUS)
    except click.ClickException as error:
        return _fail(error.format_message(), FAILURE_STATUS)
    except (KeyboardInterrupt, click.Abort):
        return _INTERRUPTED_STATUS
    except ReaderGone:
        return 0
    except OSError as error:
        abandon_output()
        return _fail(f"{error.filename or 'the output'}: {error.strerror}; check the disk", FAILURE_STATUS)
    return status if isinstance(status, int) else 0


def _command_path(error: click.UsageError, arguments: Sequence[str]) -> str:
    if error.ctx is not None:
        return error.ctx.command_path
    return f"memview {arguments[0]}" if arguments and arguments[0] in COMMANDS else "memview"


def _command_meant(arguments: Sequence[str]) -> str:
    """`; or is it the command 'replay'?` when what was taken for a session is nearly a command."""
    if not arguments or arguments[0] in COMMANDS:
        return ""
    from difflib import get_close_matches

    from memview.sessions.catalogue import find_session

    try:
        find_session(arguments[0])
    except MemviewError:
        pass
    else:
        return ""
    near = get_close_matches(arguments[0].lower(), COMMANDS, n=1, cutoff=0.75)
    return f"; or is it the command {near[0]!r}?" if near else ""


def _fail(message: str, status: int) -> int:
    from memview.model.display import printable

    click.echo(f"[ERROR] {printable(message)}", err=True)
    return status
