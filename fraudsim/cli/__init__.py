"""The command line: a module for each family of commands. Nothing heavy is imported before a command needs it."""

from fraudsim.cli import describing, running, studies  # noqa: F401 - each adds its commands to the group
from fraudsim.cli.app import cli, main

__all__ = ["cli", "main"]
