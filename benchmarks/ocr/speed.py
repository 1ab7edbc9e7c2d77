"""How many lines a finished run's reader reads a second, and what a field's pattern costs.

    python -m benchmarks.ocr.speed RUN [--lines 256] [--rounds 7] [--pattern '[A-Z0-9]{4,8}']

Lines are cut out of the run's own test photos, as annotated, and read in batches as the report
does: decoded photos in memory, cutting out included. Greedy takes the likeliest path; constrained
is `engine.text.reading.read_lines`. `--pattern` reads through another pattern than the recipe's, so
that data without one can be measured. Nothing is compared with the truth: no test set is opened.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.data.images import read_image
from engine.data.load import load_dataset
from engine.kcv import fold_batch_norm
from engine.recipe import load_recipe
from engine.rundir import open_run
from engine.tasks.ocr.lines import fields_of
from engine.tasks.ocr.reader import automata_of, cut_lines, forward
from engine.tasks.task import find_task
from engine.text.ctc import greedy_lines
from engine.text.reading import read_lines
from engine.train.model_file import load_model


def main() -> None:
    arguments = _arguments()
    folder = open_run(arguments.run)
    recipe = load_recipe(folder.recipe)
    task = find_task("ocr")
    deployment = task.load(folder.inference.read_text("utf-8"))
    run = forward(fold_batch_norm(load_model(folder.model)))
    reader = deployment.reader
    if arguments.pattern:
        fields = tuple(replace(field, pattern=arguments.pattern) for field in reader.fields)
        reader = replace(reader, fields=fields)
    crops = []
    for sample in load_dataset(recipe).test:
        frame = deployment.view.frame(read_image(sample.image))
        things = fields_of(sample, deployment.view, located=deployment.locates).things
        crops += [
            (frame, corners, index)
            for corners, index in zip(things.corners, things.classes.tolist(), strict=True)
            if index < len(reader.fields)
        ]
    crops = [crops[number % len(crops)] for number in range(arguments.lines)]
    automata = [automata_of(reader)[index] for _, _, index in crops]

    def lines() -> np.ndarray:
        return np.concatenate([cut_lines(frame, at[None], reader) for frame, at, _ in crops])

    cut = lines()
    said = run(cut)
    ways: dict[str, Callable[[], object]] = {
        "cutting out": lines,
        "network": lambda: run(cut),
        "greedy": lambda: greedy_lines(said),
        "constrained": lambda: read_lines(said, automata),
        "all, greedy": lambda: greedy_lines(run(lines())),
        "all, constrained": lambda: read_lines(run(lines()), automata),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(arguments.rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            taken[name].append(1000 * (time.perf_counter() - began) / len(crops))
    height, width = reader.window.line_hw
    print(f"{len(crops)} lines of {width}x{height} px, median of {arguments.rounds} (ms a line)")
    for name, each in taken.items():
        middle = float(np.median(each))
        print(
            f"{name:18} {middle:7.3f}  ({min(each):.3f} to {max(each):.3f})  {1000 / middle:.0f}/s"
        )
    extra = np.median(np.array(taken["all, constrained"]) / np.array(taken["all, greedy"])) - 1
    print(f"constrained over greedy: {100 * extra:+.1f} % (median of the rounds' ratios)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--lines", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pattern")
    return parser.parse_args()


if __name__ == "__main__":
    main()
