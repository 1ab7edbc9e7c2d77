"""How to train: docTR's own defaults, and what holds a short run back changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TICKS = 2000
"""Parts of the budget, each a step of the schedule."""


@dataclass(frozen=True, slots=True)
class Preset:
    """How to train.

    Attributes:
        batch: words a step.
        optimiser: adam or adamw.
        schedule: cosine or onecycle.
        rate: the highest learning rate.
        momentum: of batch normalisation's statistics.
    """

    batch: int
    optimiser: str
    schedule: str
    rate: float
    momentum: float


PRESETS = {
    "default": Preset(64, "adam", "cosine", 1e-3, 0.01),
    "short": Preset(16, "adamw", "onecycle", 1e-3, 0.1),
}


def optimiser(network: Any, preset: Preset) -> tuple[Any, Any]:
    """The optimiser and its schedule, of `TICKS` steps."""
    import torch
    from torch.optim import lr_scheduler

    weights = list(network.parameters())
    if preset.optimiser == "adam":
        steps = torch.optim.Adam(weights, preset.rate, betas=(0.95, 0.999), eps=1e-6)
    else:
        steps = torch.optim.AdamW(
            weights, preset.rate, betas=(0.9, 0.999), eps=1e-6, weight_decay=1e-4
        )
    if preset.schedule == "cosine":
        return steps, lr_scheduler.CosineAnnealingLR(steps, TICKS, eta_min=preset.rate / 25e4)
    return steps, lr_scheduler.OneCycleLR(steps, preset.rate, TICKS)
