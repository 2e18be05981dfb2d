"""The group of all commands, and how mistakes are told."""

from __future__ import annotations

import difflib
import os
import signal
import sys

import click

from fraudsim.errors import InputError


class Commands(click.Group):
    """A group that names the nearest command to one that does not exist."""

    def resolve_command(self, ctx: click.Context,
                        args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which is nearest."""
        known = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in known:
            close = difflib.get_close_matches(args[0], known, 1, 0.5)
            hint = f"Did you mean {close[0]!r}?" if close else f"Commands: {', '.join(known)}."
            raise click.UsageError(f"No such command {args[0]!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="fraudsim", prog_name="fraudsim")
def cli() -> None:
    """Simulate transnational telecom fraud, and what may be done against it.

    WORLD is the name of a shipped world (see `fraudsim worlds`) or a world file. An arm is an intervention or
    several joined by +, with settings after a colon: joint-raids:strength=0.8+exit-restrictions.
    """


def main() -> None:
    """Run the command line: mistakes in one line each and exit code 2, Ctrl-C quiet with 130."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being ended is told like Ctrl-C: nothing half-written
    try:
        code = cli.main(prog_name="fraudsim", standalone_mode=False)
        sys.stdout.flush()
        if code:  # what a command exits with comes back as its value
            sys.exit(code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except InputError as error:
        for line in error.lines:
            click.echo(line, err=True)
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except BrokenPipeError:
        _close_quietly()
        sys.exit(141)
    except RuntimeError as error:
        _fail(error)


def _fail(error: RuntimeError) -> None:
    """Tell a failed study in one line; any other error is a fault in the program and keeps its traceback."""
    from fraudsim.study.pool import StudyError

    if not isinstance(error, StudyError):
        raise error
    click.echo(f"fraudsim: {error}", err=True)
    sys.exit(1)


def _close_quietly() -> None:
    """Keep Python from complaining about the closed pipe once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
