"""The `dltrain` command: its sub-commands, and how errors become exit codes.

Commands import the engine only when they are called, so that `--help` starts at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from cli import console
from cli.check import check
from cli.doctor import doctor
from cli.evaluate import evaluate
from cli.explain import explain
from cli.formats import formats
from cli.predict import predict
from cli.run import run
from cli.schema import schema
from cli.show import show

EXIT_USAGE = 2
EXIT_FAILED = 3
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="dltrain",
    help="Train trustworthy inspection models from a short recipe.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
EXAMPLES = {"predict": "Example: dltrain predict runs/caps/20260131-120000 photos/*.png"}
"""What a command looks like, where its arguments are easily forgotten."""

for command in (run, check, show, evaluate, predict, explain, formats, schema, doctor):
    app.command(epilog=EXAMPLES.get(command.__name__))(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        console.out(f"dltrain {version('dltrain-vision')}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Options that stand before the command."""


def _log_level(devices: Path) -> str:
    """What TensorFlow may say: its notes are for its developers, its errors for owners of GPUs.

    On a host without an NVIDIA device it calls the missing driver an error, so only what ends
    the process is left there. WSL has its GPUs behind `dxg`.
    """
    has_gpu = any(devices.glob("nvidia*")) or (devices / "dxg").exists()
    return "2" if has_gpu else "3"


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and ends the process with the contract's exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", _log_level(Path("/dev")))
    console.survive_any_text()
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = _run(given, debug="--debug" in given)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_FAILED
    sys.exit(code)


def _run(arguments: list[str], debug: bool) -> int:
    from engine.errors import DltrainError

    try:
        result = app(args=arguments, prog_name="dltrain", standalone_mode=False)
    except TyperException as problem:
        console.note(f"{problem.format_message()}{_example(problem)}\nTry 'dltrain --help'.")
        return EXIT_USAGE
    except DltrainError as problem:
        if debug:
            traceback.print_exc()
        console.error(problem.paragraph())
        return problem.exit_code
    except (KeyboardInterrupt, typer.Abort):
        console.error("interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as problem:
        if debug:
            traceback.print_exc()
        console.error(
            f"{type(problem).__name__}: {problem}. This is a fault of dltrain or of this host; "
            "run the command again with `dltrain --debug …` and report the traceback"
        )
        return EXIT_FAILED
    if result == EXIT_INTERRUPTED:  # what typer makes of Ctrl-C
        console.error("interrupted")
    return result if isinstance(result, int) else 0


def _example(problem: TyperException) -> str:
    """The example of the command that was given wrong arguments, on a line; mostly none."""
    context = getattr(problem, "ctx", None)
    example = context.command.epilog if context is not None else None
    return f"\n{example}" if example else ""


if __name__ == "__main__":
    main()
