"""The command line; see the package."""

from __future__ import annotations

import argparse
import os
import random
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.ocr import peer_doctr
from benchmarks.ocr.peer_doctr.budget import budget_of
from benchmarks.ocr.peer_doctr.network import build, read
from benchmarks.ocr.peer_doctr.photos import fit, split
from benchmarks.ocr.peer_doctr.presets import PRESETS
from benchmarks.ocr.peer_doctr.training import train
from benchmarks.ocr.peer_doctr.writing import write_predictions, write_summary
from benchmarks.ocr.words import read_words


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ocr.peer_doctr",
        description=peer_doctr.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="TrainingSet and TestSet are in it"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="what they are")
    parser.add_argument("--preset", choices=PRESETS, default="default")
    parser.add_argument("--batch", type=int, help="words a step, instead of the preset's")
    parser.add_argument("--rate", type=float, help="learning rate, instead of the preset's")
    parser.add_argument("--validation", type=float, default=0.1, help="share of training words")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cores", type=int, default=2, help="that a budget of CPU seconds is of")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def prepare(threads: int, seed: int) -> None:
    """Threads and seeds; the threads' settings are read when torch is imported."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import numpy as np
    import torch

    torch.set_num_threads(threads)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def main() -> None:
    """Trains, and reads the test words."""
    given = parse_arguments()
    given.out.mkdir(parents=True, exist_ok=True)
    prepare(given.threads, given.seed)
    import torch

    asked = {"batch": given.batch, "rate": given.rate}
    asked = {name: value for name, value in asked.items() if value is not None}
    preset = replace(PRESETS[given.preset], **asked)
    words = read_words(given.data / "TrainingSet")
    training, validation = split(words, given.validation, given.seed)
    network, weights = build(preset.momentum), given.out / "weights.pt"
    budget = budget_of(given.clock, given.seconds, given.cores)
    spent = train(network, training, validation, budget, preset, weights)
    network.load_state_dict(torch.load(weights))
    test = read_words(given.data / "TestSet")
    told, _ = read(network, fit(test), [word.text for word in test])
    write_predictions(test, told, given.out / "predictions.csv")
    write_summary(
        {
            "preset": given.preset,
            **asdict(preset),
            **{
                key: getattr(given, key) for key in ("seconds", "clock", "cores", "threads", "seed")
            },
        },
        {
            "training_words": len(training),
            "validation_words": len(validation),
            "test_words": len(test),
        },
        network,
        spent,
        given.out / "summary.json",
    )


if __name__ == "__main__":
    main()
