"""Who watches the steps of a run: the command line shows them, the Python API may stay silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.train.listener import Listener, StepReport
    from engine.train.plan import Validation

Advance = Callable[[int, int], None]


class Observer(Protocol):
    """What the steps tell."""

    def progress(self, label: str) -> AbstractContextManager[Advance]:
        """Something that takes a while: gives a function of (done, total)."""

    def training(self) -> AbstractContextManager[Listener]:
        """Training: gives a listener of the loop."""

    def said(self, message: str) -> None:
        """Something worth a line."""


class Silence:
    """An observer, and a listener of the loop, that shows nothing."""

    @contextmanager
    def progress(self, label: str) -> Iterator[Advance]:
        """Takes no notice."""
        yield lambda done, total: None

    @contextmanager
    def training(self) -> Iterator[Listener]:
        """Listens to nothing."""
        yield self

    def said(self, message: str) -> None:
        """Takes no notice."""

    def started(self, model: object) -> None:
        """Takes no notice."""

    def stepped(self, report: StepReport) -> None:
        """Takes no notice."""

    def validated(self, step: int, validation: Validation, kept: bool) -> None:
        """Takes no notice."""
