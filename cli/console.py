"""The one place that prints. Results go to stdout, everything else to stderr.

On a terminal progress is a bar; elsewhere it is plain lines, at most one every ten seconds.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from engine.phrasing import one_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from engine.train.listener import StepReport
    from engine.train.plan import Validation

LINE_EVERY_S = 10.0

Advance = Callable[[int, int], None]


def out(text: str) -> None:
    """Prints a result to stdout as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def survive_any_text() -> None:
    """Lets stdout and stderr escape what their encoding cannot write, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def json_out(value: object) -> None:
    """Prints JSON alone to stdout."""
    out(_json(value, indent=2))


def json_line(value: object) -> None:
    """Prints JSON on one line of stdout."""
    out(_json(value))


def _json(value: object, indent: int | None = None) -> str:
    """JSON that stdout can write: in ASCII where a character has no place in its encoding."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent, allow_nan=False)
    return text


def note(text: str) -> None:
    """Prints a line about what is going on to stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def error(text: str) -> None:
    """Prints an error's paragraph, or its lines, to stderr; names in it cannot steer a terminal."""
    note("error: " + "\n".join(one_line(line) for line in text.split("\n")))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a table to stdout; without a terminal its columns are parted by two spaces."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(str(cell)) for cell in row))
    terminal = sys.stdout.isatty()
    Console(file=sys.stdout, width=None if terminal else 160, no_color=not terminal).print(drawn)


@contextmanager
def progress(label: str) -> Iterator[Advance]:
    """Shows how far something is; yields a function of (done, total)."""
    if not sys.stderr.isatty():
        yield _plain_progress(label)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    bar = Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _plain_progress(label: str) -> Advance:
    said = time.monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said >= LINE_EVERY_S:
            said = time.monotonic()
            note(f"{label}: {done} of {total}")

    return advance


class TrainingProgress:
    """Shows a training run: a bar with metrics and the time left, or plain lines."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._said = 0.0
        self._last = ""

    def __enter__(self) -> TrainingProgress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn

            bar = Progress(
                "training",
                BarColumn(),
                TaskProgressColumn(),
                "{task.description}",
                console=Console(stderr=True),
            )
            bar.start()
            self._bar, self._task = bar, bar.add_task("", total=1.0)
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def started(self, model: object) -> None:
        """Nothing to show yet."""

    def stepped(self, report: StepReport) -> None:
        """After every few steps."""
        minutes, seconds = divmod(int(report.seconds_left), 60)
        text = (
            f"step {report.step}  loss {report.loss:.3f}  {report.images_per_s:.1f} images/s  "
            f"{minutes}:{seconds:02d} left{self._last}"
        )
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=report.progress, description=text)
        elif time.monotonic() - self._said >= LINE_EVERY_S:
            self._said = time.monotonic()
            note(f"training {report.progress:4.0%}  {text}")

    def validated(self, step: int, validation: Validation, kept: bool) -> None:
        """After each validation."""
        self._last = f"  validation {validation.score:.3f}{' (kept)' if kept else ''}"
        if self._bar is None:
            note(f"validation at step {step}: {validation.score:.3f}{' (kept)' if kept else ''}")

    def said(self, message: str) -> None:
        """A message of the loop."""
        if self._bar is not None:
            self._bar.console.print(message, markup=False)
        else:
            note(message)


class Screen:
    """Shows the steps of a run; an `engine.observer.Observer`."""

    def progress(self, label: str) -> AbstractContextManager[Advance]:
        """A bar for something that takes a while."""
        return progress(label)

    def training(self) -> AbstractContextManager[TrainingProgress]:
        """A bar with the figures of training."""
        return TrainingProgress()

    def said(self, message: str) -> None:
        """A line on stderr."""
        note(message)
