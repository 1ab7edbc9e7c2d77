"""Listeners of the training loop: several at once, and the run's log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.run_log import write_line
from engine.train.listener import Listener, StepReport
from engine.train.plan import Validation

LOG_EVERY_STEPS = 100


@dataclass(frozen=True, slots=True)
class Everyone:
    """Passes everything on to all."""

    listeners: Sequence[Listener]

    def started(self, model: Any) -> None:
        """Before the first step."""
        for listener in self.listeners:
            listener.started(model)

    def stepped(self, report: StepReport) -> None:
        """After every few steps."""
        for listener in self.listeners:
            listener.stepped(report)

    def validated(self, step: int, validation: Validation, kept: bool) -> None:
        """After each validation."""
        for listener in self.listeners:
            listener.validated(step, validation, kept)

    def said(self, message: str) -> None:
        """Something worth a line."""
        for listener in self.listeners:
            listener.said(message)


MOST_LOGGED = 8
"""Of more scalars, those of single classes are for TensorBoard alone."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """Appends what happens to the run's log, with the time."""

    path: Path

    def started(self, model: Any) -> None:
        """The size of the model."""
        self.said(f"{model.name}: {model.count_params()} parameters")

    def stepped(self, report: StepReport) -> None:
        """A line now and then."""
        if report.step % LOG_EVERY_STEPS == 0:
            self.said(
                f"step {report.step} ({report.progress:.0%}): loss {report.loss:.4f}, "
                f"{report.images_per_s:.1f} images/s, waited {report.wait_share:.1%}"
            )

    def validated(self, step: int, validation: Validation, kept: bool) -> None:
        """A line a validation."""
        scalars = ", ".join(
            f"{name} {value:.4f}"
            for name, value in validation.scalars.items()
            if len(validation.scalars) <= MOST_LOGGED or "/" not in name or name.endswith("/mean")
        )
        self.said(f"validation at step {step}{' (kept)' if kept else ''}: {scalars}")

    def said(self, message: str) -> None:
        """Writes a line."""
        write_line(self.path, message)
