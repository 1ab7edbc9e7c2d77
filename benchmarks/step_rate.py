"""How much the training loop costs on top of the bare compiled step.

Times, in turn, the compiled step on a batch already in memory, and the same step fed by the
input pipeline, both with the recipe's own model and patches:

    python -m benchmarks.step_rate recipes/caps.yaml [--steps 40] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import tensorflow as tf

from engine.data.load import load_dataset
from engine.recipe import load_recipe
from engine.records import Split
from engine.tasks.task import find_task
from engine.train.distribute import connect
from engine.train.feed import feed
from engine.train.loop import build_state
from engine.train.step import compile_step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    recipe = load_recipe(arguments.recipe)
    compiled = find_task(recipe.task).compile(recipe, Split.of(load_dataset(recipe)))
    workers = connect()
    state = build_state(compiled.trainable, compiled.plan, workers)
    step = compile_step(compiled.trainable, compiled.plan, workers, state)
    control = tf.constant([0.5, 0.0, 0.0], tf.float32)
    rates: dict[str, list[float]] = {"bare": [], "fed": []}
    total = arguments.steps * (arguments.rounds + 1)
    with feed(compiled.trainable, 0, total, range(compiled.plan.batch)) as batches:
        batch = next(batches)
        for _ in range(5):
            step(control, tf.constant(0, tf.int64), *batch)
        for _ in range(arguments.rounds):
            rates["bare"].append(_rate(step, control, arguments.steps, lambda: batch))
            rates["fed"].append(_rate(step, control, arguments.steps, lambda: next(batches)))
    ratios = [fed / bare for bare, fed in zip(rates["bare"], rates["fed"], strict=True)]
    result = {
        "batch": compiled.plan.batch,
        "steps_per_s": {name: statistics.median(found) for name, found in rates.items()},
        "fed_over_bare": {
            "median": statistics.median(ratios),
            "min": min(ratios),
            "max": max(ratios),
        },
    }
    print(json.dumps(result, indent=2))


def _rate(step: Any, control: Any, steps: int, take: Any) -> float:
    """Steps a second."""
    started = time.perf_counter()
    for number in range(steps):
        loss, _, _ = step(control, tf.constant(number, tf.int64), *take())
    float(loss)
    return steps / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
