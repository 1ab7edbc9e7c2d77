"""The loop: epochs until the budget is spent, and a look at the validation words after each."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.ocr.peer_doctr.budget import Budget
from benchmarks.ocr.peer_doctr.network import one_step, read
from benchmarks.ocr.peer_doctr.photos import augmentation, fit, normalised, stacked
from benchmarks.ocr.peer_doctr.presets import TICKS, Preset, optimiser
from benchmarks.ocr.words import Word


@dataclass
class Look:
    """What the validation words say after an epoch."""

    step: int
    share_of_budget: float
    training_loss: float
    validation_loss: float
    exact_match: float


@dataclass
class Spent:
    """What training has cost, and how it went."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    epochs: float = 0.0
    steps: int = 0
    words: int = 0
    validation_cpu_s: float = 0.0
    looks: list[Look] = field(default_factory=list)


def train(
    network: Any,
    training: Sequence[Word],
    validation: Sequence[Word],
    budget: Budget,
    preset: Preset,
    weights: Path,
) -> Spent:
    """Trains for the budget; `weights` are the best of all looks."""
    photos, seen = fit(training), fit(validation)
    texts = [word.text for word in training]
    steps, schedule = optimiser(network, preset)
    change, spent = augmentation(), Spent()
    while budget.share() < 1:
        begun = time.perf_counter(), time.process_time()
        budget.start()
        network.train()
        losses = []
        for chosen in batches(len(training), preset.batch):
            batch = normalised(stacked(change(photos[index]) for index in chosen))
            losses.append(one_step(network, batch, [texts[index] for index in chosen], steps))
            keep_up(schedule, budget)
            if budget.share() >= 1:
                break
        budget.stop()
        spent.wall_s += time.perf_counter() - begun[0]
        spent.cpu_s += time.process_time() - begun[1]
        spent.steps += len(losses)
        loss, share = sum(losses) / len(losses), budget.share()
        look(network, seen, validation, spent, weights, training_loss=loss, share=share)
        print(json.dumps(asdict(spent.looks[-1])), flush=True)
    spent.words = spent.steps * preset.batch
    spent.epochs = spent.words / len(training)
    return spent


def keep_up(schedule: Any, budget: Budget) -> None:
    """Brings the learning rate to where the budget is."""
    while schedule.last_epoch < min(TICKS, int(budget.share() * TICKS)):
        schedule.step()


def batches(count: int, size: int) -> Iterator[list[int]]:
    """An epoch's steps, drawn anew; what does not fill one is left out."""
    order = random.sample(range(count), count)
    return (order[first : first + size] for first in range(0, count - size + 1, size))


def look(
    network: Any,
    photos: Any,
    words: Sequence[Word],
    spent: Spent,
    weights: Path,
    *,
    training_loss: float,
    share: float,
) -> None:
    """Reads the validation words, and keeps the weights if they are the best so far."""
    import torch

    begun = time.process_time()
    texts = [word.text for word in words]
    told, loss = read(network, photos, texts)
    exact = sum(one == other for one, other in zip(told, texts, strict=True)) / len(texts)
    best = max(((each.exact_match, -each.validation_loss) for each in spent.looks), default=(-1, 0))
    spent.looks.append(Look(spent.steps, share, training_loss, loss, exact))
    if (exact, -loss) > best:
        torch.save(network.state_dict(), weights)
    spent.validation_cpu_s += time.process_time() - begun
