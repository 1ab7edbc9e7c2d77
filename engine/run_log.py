"""The run's log: what happened and when, one line each, whatever ends the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.observer import Advance, Observer

if TYPE_CHECKING:
    from engine.train.listener import Listener


def write_line(path: Path, message: str) -> None:
    """Appends a message with the time; a message of several lines stays on one."""
    time = datetime.now().astimezone().isoformat(timespec="seconds")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{time} {' | '.join(message.splitlines())}\n")


@dataclass(frozen=True, slots=True)
class LoggedObserver:
    """An observer that also writes the steps of a run to its log; training logs itself."""

    shown: Observer
    path: Path

    @contextmanager
    def progress(self, label: str) -> Iterator[Advance]:
        """A line when it begins."""
        write_line(self.path, label)
        with self.shown.progress(label) as advance:
            yield advance

    def training(self) -> AbstractContextManager[Listener]:
        """What watches training."""
        return self.shown.training()

    def said(self, message: str) -> None:
        """Shown and written."""
        write_line(self.path, message)
        self.shown.said(message)
