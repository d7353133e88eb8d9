"""Output and errors of every command: text, or with ``--json`` one JSON object.

The object has the same three members from every command, whatever happens::

    {"command": "verify", "exit_code": 0, "result": {...}}
    {"command": "verify", "exit_code": 2, "error": {"kind": "usage", "message": "..."}}

Standard output contains nothing else; progress and advice go to standard error. ``kind`` is
``usage`` (wrong use), ``refused`` (valid but not done) or ``stopped`` (by a signal).
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import click

from pipelines.terminal import invocation

STOPPED = 130
# "imr run: ..." is a prefix of messages, not a command to type.
_COMMAND = re.compile(
    r"(?:(?<=: )|(?<=^)|(?<=^  )|(?<=^     ))imr (?=[a-z])(?![a-z]+: )", re.MULTILINE
)


class ToldError(click.ClickException):
    """Error with a message, an exit code and a ``kind``."""

    def __init__(self, message: str, exit_code: int, kind: str = "refused") -> None:
        """Keep message, exit code and kind."""
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]
        self.kind = kind


def refuse_unknown_command(ctx: click.Context, word: str, commands: Collection[str]) -> None:
    """Refuse a word that is no command of a group, with those that are.

    Args:
        ctx: Context of the group.
        word: First word after the group.
        commands: Names of its commands.

    Raises:
        click.UsageError: The word is neither a command nor an option.
    """
    from assets.text.suggest import did_you_mean

    if word not in commands and not word.startswith("-"):
        raise click.UsageError(
            f"There is no command {word!r}.{did_you_mean(word, commands)} "
            f"There are {', '.join(commands)}.",
            ctx,
        )


class Speaking(click.Command):
    """Command whose errors are one line, or JSON with ``--json``, and suggest similar words.

    Attributes:
        if_stopped: What Ctrl-C or SIGTERM leaves behind, for the message.
    """

    def __init__(self, *arguments: Any, if_stopped: str = "", **options: Any) -> None:
        """Keep the message for a stopped command."""
        super().__init__(*arguments, **options)
        self.if_stopped = if_stopped

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command and end the process with its exit code."""
        words = list(sys.argv[1:] if args is None else args)

        def run() -> Any:
            return super(Speaking, self).main(
                words, prog_name, complete_var, standalone_mode=False, **extra
            )

        if not standalone_mode:
            return run()
        as_json = "--json" in (words[: words.index("--")] if "--" in words else words)
        name = self._name_of(words)
        try:
            code = _answered(run, name, as_json)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader of the pipe has closed it.
            _give_up_output()
            code = 1
        except OSError as error:
            if not _is_output_full():
                raise
            called = "imr" if name == "imr" else f"imr {name}"
            _give_up_output(f"{called}: what it says cannot be written ({error.strerror}).")
            code = 1
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; Ctrl-C and SIGTERM end it with one line at any time."""
        if isinstance(self, click.Group):
            return super().invoke(ctx)
        from pipelines.interrupts import ending_at_once

        with ending_at_once(self.name or "", self.if_stopped):
            return super().invoke(ctx)

    def _name_of(self, words: Sequence[str]) -> str:
        return self.name or ""


def _answered(run: Callable[[], Any], name: str, as_json: bool) -> Any:
    """Run a command, print its error if there is one, and return its exit code."""
    try:
        return run()
    except click.Abort as error:
        code = STOPPED if isinstance(error.__cause__, KeyboardInterrupt) else 1
        if as_json:
            _write_error(name, code, "stopped", "Stopped.")
        else:
            click.echo("Stopped.", err=True)
    except click.ClickException as error:
        code = error.exit_code
        if as_json:
            kind = "usage" if isinstance(error, click.UsageError) else "refused"
            kind = error.kind if isinstance(error, ToldError) else kind
            _write_error(name, code, kind, _message(error))
        else:
            _show(error)
    return code


def _is_output_full() -> bool:
    """Return whether standard output cannot be written, by writing one more line break."""
    try:
        click.echo()
    except OSError:
        return True
    return False


def _give_up_output(said: str = "") -> None:
    """Discard the rest of standard output, and say why on standard error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    if said:
        click.echo(said, err=True)


def report(result: Mapping[str, Any] | Sequence[Any], *, exit_code: int = 0) -> None:
    """Print the result of a command as the single JSON object of ``--json``.

    Args:
        result: What the command found.
        exit_code: Code with which the command is about to end.
    """
    context = click.get_current_context()
    while context.parent is not None and context.parent.parent is not None:
        context = context.parent
    _write({"command": context.command.name, "exit_code": exit_code, "result": result})


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line in which every ``imr ...`` can be typed as printed."""
    click.echo(runnable(text), err=err)


def runnable(text: str) -> str:
    """Return a text with its commands written as the user must type them here.

    Commands are recognised after a colon or at the start of a line: ``Make one with: imr run``.
    """
    called = invocation()
    return _COMMAND.sub(lambda _: f"{called} ", text)


def _message(error: click.ClickException) -> str:
    """Return the message of an error, with similar words for a wrong choice."""
    from assets.text.suggest import did_you_mean

    text = error.format_message()
    if isinstance(error, click.BadParameter) and error.param is not None:
        wrong = re.match(r"'(.*)' is not one of", error.message)
        if wrong and isinstance(error.param.type, click.Choice):
            text += did_you_mean(wrong[1], map(str, error.param.type.choices))
    return text


def _show(error: click.ClickException) -> None:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(runnable(f"Help: {error.ctx.command_path} --help") + "\n", err=True)
    said = "" if isinstance(error, ToldError) else "Error: "
    click.echo(said + runnable(_message(error)), err=True)


def _write_error(name: str, code: int, kind: str, message: str) -> None:
    _write({"command": name, "exit_code": code, "error": {"kind": kind, "message": message}})


def _write(said: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(said, indent=2, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()
