"""What the training loop tells, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from engine.train.plan import Validation


@dataclass(frozen=True, slots=True)
class StepReport:
    """What happened in the last few steps.

    Attributes:
        step, progress: steps taken, and the spent share of the budget (0…1).
        loss, learning_rate: of the last step.
        images_per_s: examples through the whole loop, all workers.
        wait_share: share of the time that the loop waited for data.
        seconds_left: estimate to the end of the budget.
    """

    step: int
    progress: float
    loss: float
    learning_rate: float
    images_per_s: float
    wait_share: float
    seconds_left: float


class Listener(Protocol):
    """Who wants to hear of the loop: TensorBoard, the progress bar, the log."""

    def started(self, model: Any) -> None:
        """Before the first step."""

    def stepped(self, report: StepReport) -> None:
        """After every few steps."""

    def validated(self, step: int, validation: Validation, kept: bool) -> None:
        """After each validation; `kept`: these weights take the place of those kept so far."""

    def said(self, message: str) -> None:
        """Something worth a line in the log."""
