"""The peer of the segmentation benchmark: the usual `segmentation_models_pytorch` recipe.

    python -m benchmarks.segmentation.peer_smp --root $DLTRAIN_DATA/magnetic_tile \
        --split split.csv --out .bench/peer --eval-at 1200,6000

Whole photos at 256², U-Net on an untrained mobilenet_v2, Dice + cross-entropy, AdamW, flips,
turns and brightness; the weights of the best epoch by validation mean IoU predict the test set.

One run serves several budgets: the learning rate falls by a cosine to each mark and restarts
after it (SGDR, Loshchilov and Hutter 2017), so what is scored at the first mark is what a run of
that length alone gives, and each later mark has a whole schedule of its own. Training and
validation count towards the budget; importing, reading the photos and predicting do not. After
each epoch the state is stored: `--resume` goes on with a run that was stopped.
"""

from __future__ import annotations

import argparse
import copy
import csv
import json
import math
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

# Threads that wait for each other must not spin: on a shared machine that would count as CPU time.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import library

from benchmarks.segmentation.metrics import (
    Photo,
    class_ious,
    count_pixels,
    prediction_path,
    read_grey,
    read_label_map,
    read_split,
)

SIZE_PX, BATCH, LEARNING_RATE, WARM_UP = 256, 16, 1e-3, 0.03
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": time.process_time}
Grey = NDArray[np.uint8]
Pair = tuple[Grey, Grey]  # photo and label map


@dataclass(frozen=True)
class Mark:
    """State of the run when a budget is spent."""

    mark_s: float
    wall_s: float
    cpu_s: float
    steps: int
    epochs: int
    best_epoch: int
    validation_mean_iou: float
    peak_memory_mb: float


def build_unet(class_count: int) -> torch.nn.Module:
    """The U-Net, in the memory layout that is quicker on a CPU."""
    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        # torchvision built for CUDA beside torch for CPU cannot load its compiled operators and
        # stops at describing two of them. The model uses neither: declare them and go on.
        operators = library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import segmentation_models_pytorch as smp

    unet = smp.Unet("mobilenet_v2", encoder_weights=None, classes=class_count + 1)
    return unet.to(memory_format=torch.channels_last)


def build_loss() -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """Dice + cross-entropy on logits and class-index masks."""
    import segmentation_models_pytorch as smp

    dice, entropy = smp.losses.DiceLoss(mode="multiclass"), torch.nn.CrossEntropyLoss()
    return lambda logits, masks: dice(logits, masks) + entropy(logits, masks)


def load_pairs(photos: Sequence[Photo]) -> list[Pair]:
    """All photos and label maps, resized once."""
    size = (SIZE_PX, SIZE_PX)
    return [
        (
            cv2.resize(read_grey(photo.image), size, interpolation=cv2.INTER_AREA),
            cv2.resize(read_label_map(photo), size, interpolation=cv2.INTER_NEAREST),
        )
        for photo in photos
    ]


def augment(pair: Pair, rng: np.random.Generator) -> Pair:
    """Flips, quarter turns, small rotations and scalings of both; light of the photo alone."""
    image, mask = (np.rot90(part, turns) for turns in [rng.integers(4)] for part in pair)
    for axis in (0, 1):
        if rng.random() < 0.5:
            image, mask = np.flip(image, axis), np.flip(mask, axis)
    image, mask = np.ascontiguousarray(image), np.ascontiguousarray(mask)
    if rng.random() < 0.5:
        centre = ((SIZE_PX - 1) / 2, (SIZE_PX - 1) / 2)
        matrix = cv2.getRotationMatrix2D(centre, rng.uniform(-15, 15), rng.uniform(0.9, 1.1))
        image, mask = (
            cv2.warpAffine(
                part, matrix, (SIZE_PX, SIZE_PX), flags=flags, borderMode=cv2.BORDER_REFLECT_101
            )
            for part, flags in ((image, cv2.INTER_LINEAR), (mask, cv2.INTER_NEAREST))
        )
    if rng.random() < 0.5:
        image = cv2.convertScaleAbs(image, alpha=rng.uniform(0.8, 1.2), beta=rng.uniform(-40, 40))
    return image, mask


def to_input(images: Sequence[Grey]) -> torch.Tensor:
    """float32 (n, 3, height, width), normalised as the encoder's users do."""
    grey = torch.from_numpy(np.stack(images)).float().div(255)[:, None].expand(-1, 3, -1, -1)
    mean, std = (torch.tensor(v)[None, :, None, None] for v in (IMAGENET_MEAN, IMAGENET_STD))
    return ((grey - mean) / std).contiguous(memory_format=torch.channels_last)


def learning_rate(progress: float) -> float:
    """Linear warm-up, then a cosine to zero; `progress` runs from 0 to 1 between two marks."""
    if progress < WARM_UP:
        return LEARNING_RATE * max(progress / WARM_UP, 0.01)
    return LEARNING_RATE * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))


@torch.inference_mode()
def validation_mean_iou(unet: torch.nn.Module, pairs: Sequence[Pair], class_count: int) -> float:
    """Mean IoU over the classes that validation shows, pooled, at 256²."""
    unet.eval()
    confusion = np.zeros((class_count + 1, class_count + 1), np.int64)
    for start in range(0, len(pairs), BATCH):
        images, masks = zip(*pairs[start : start + BATCH], strict=True)
        predicted = unet(to_input(images)).argmax(1).numpy().astype(np.uint8)
        confusion += count_pixels(np.stack(masks), predicted, class_count)
    return float(np.nanmean(class_ious(confusion)))


@dataclass
class Progress:
    """How far the run is; what the stored state holds beside the tensors."""

    spent_s: float = 0.0
    begun_s: float = 0.0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    steps: int = 0
    epoch: int = 0
    best_epoch: int = 0
    best_iou: float = -1.0


class Run:
    """The training, epoch by epoch, in a file after each: a long budget may be spent in parts."""

    def __init__(self, unet: torch.nn.Module, rng: np.random.Generator, file: Path) -> None:
        self.unet, self.rng, self.file = unet, rng, file
        self.optimizer = torch.optim.AdamW(unet.parameters(), LEARNING_RATE)
        self.best = copy.deepcopy(unet)
        self.at = Progress()

    def save(self) -> None:
        """Writes the state beside its old one, then puts it in place."""
        part = self.file.with_suffix(".part")
        state = {
            "unet": self.unet.state_dict(),
            "best": self.best.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "at": asdict(self.at),
            "numpy": self.rng.bit_generator.state,
            "torch": torch.get_rng_state(),
        }
        torch.save(state, part)
        part.replace(self.file)

    def resume(self) -> None:
        """Goes on from the file."""
        state = torch.load(self.file, weights_only=False)
        self.unet.load_state_dict(state["unet"])
        self.best.load_state_dict(state["best"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.at = Progress(**state["at"])
        self.rng.bit_generator.state = state["numpy"]
        torch.set_rng_state(state["torch"])


def train(
    run: Run,
    pairs: Sequence[Pair],
    validation: Sequence[Pair],
    class_count: int,
    marks: Sequence[float],
    clock: Callable[[], float],
) -> Iterator[tuple[Mark, torch.nn.Module]]:
    """Trains from mark to mark, in seconds of `clock`; yields the best model so far at each."""
    loss_of, unet, at, rng = build_loss(), run.unet, run.at, run.rng
    for mark in marks:
        if at.begun_s >= mark:
            continue  # passed before the run was resumed
        while at.spent_s < mark:
            last, wall, cpu = clock(), time.perf_counter(), time.process_time()
            order, losses = rng.permutation(len(pairs)), []
            unet.train()
            for start in range(0, len(order) - BATCH + 1, BATCH):
                batch = [augment(pairs[i], rng) for i in order[start : start + BATCH]]
                images, masks = zip(*batch, strict=True)
                rate = learning_rate((at.spent_s - at.begun_s) / (mark - at.begun_s))
                for group in run.optimizer.param_groups:
                    group["lr"] = rate
                loss = loss_of(unet(to_input(images)), torch.from_numpy(np.stack(masks)).long())
                run.optimizer.zero_grad()
                loss.backward()
                run.optimizer.step()
                losses.append(loss.item())
                at.steps += 1
                at.spent_s, last = at.spent_s + clock() - last, clock()
                if at.spent_s >= mark:
                    break
            at.epoch += 1
            iou = validation_mean_iou(unet, validation, class_count)
            at.spent_s += clock() - last
            at.wall_s += time.perf_counter() - wall
            at.cpu_s += time.process_time() - cpu
            if iou >= at.best_iou:  # a tie goes to the longer training
                run.best, at.best_iou, at.best_epoch = copy.deepcopy(unet), iou, at.epoch
            run.save()
            print(
                f"{at.spent_s:7.0f} s  epoch {at.epoch}  step {at.steps}  "
                f"loss {np.mean(losses):.4f}  validation mean IoU {iou:.4f}",
                flush=True,
            )
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        yield (
            Mark(
                mark, at.wall_s, at.cpu_s, at.steps, at.epoch, at.best_epoch, at.best_iou, peak_mb
            ),
            run.best,
        )
        at.begun_s = at.spent_s
        run.save()


@torch.inference_mode()
def predict(unet: torch.nn.Module, photos: Sequence[Photo], folder: Path) -> None:
    """Writes label maps at each photo's own size; their score is the highest 1 - P(background)."""
    unet.eval()
    (folder / "predictions").mkdir(parents=True, exist_ok=True)
    with (folder / "scores.csv").open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines)
        table.writerow(("image", "score"))
        for photo in photos:
            grey = read_grey(photo.image)
            small = cv2.resize(grey, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA)
            chances = torch.nn.functional.interpolate(
                unet(to_input([small])).softmax(1), grey.shape, mode="bilinear"
            )[0]
            label_map = chances.argmax(0).numpy().astype(np.uint8)
            cv2.imwrite(str(prediction_path(folder, photo.id)), label_map)
            table.writerow((photo.id, f"{1 - chances[0].min().item():.6f}"))


def parse_arguments() -> argparse.Namespace:
    """The command line; `--seconds` is short for a single mark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--split", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=1200.0)
    parser.add_argument("--eval-at", help="marks in s, as 1200,6000; instead of --seconds")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="what a second is")
    parser.add_argument(
        "--classes",
        nargs="+",
        default=("MT_Blowhole", "MT_Break", "MT_Crack", "MT_Fray", "MT_Uneven"),
    )
    parser.add_argument("--good", nargs="+", default=("MT_Free",))
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    """Trains, and writes `OUT/<mark>/` at each mark."""
    given = parse_arguments()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    cv2.setNumThreads(1)
    marks = sorted(float(mark) for mark in (given.eval_at or str(given.seconds)).split(","))
    photos = {
        split: read_split(given.split, given.root, split, given.classes, given.good)
        for split in ("train", "validation", "test")
    }
    given.out.mkdir(parents=True, exist_ok=True)
    run = Run(
        build_unet(len(given.classes)), np.random.default_rng(given.seed), given.out / "state.pt"
    )
    if given.resume:
        run.resume()
    scored = train(
        run,
        load_pairs(photos["train"]),
        load_pairs(photos["validation"]),
        len(given.classes),
        marks,
        CLOCKS[given.clock],
    )
    packages = ("segmentation-models-pytorch", "torch", "numpy", "opencv-python-headless")
    for mark, unet in scored:
        folder = given.out / f"{mark.mark_s:g}"
        predict(unet, photos["test"], folder)
        summary = {
            **asdict(mark),
            "clock": given.clock,
            "threads": given.threads,
            "seed": given.seed,
            "versions": {name: version(name) for name in packages},
        }
        (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
        print(json.dumps(summary), flush=True)


if __name__ == "__main__":
    main()
