"""The peer of the detection benchmark: Ultralytics YOLO11n, or YOLO11n-obb for oriented boxes.

    python -m benchmarks.detection.peer_ultralytics --seconds 600 \
        --truth .bench/detection/msra_td500.json --out .bench/detection/peer/msra_td500-600

Runs in the peer's own environment. Trains from scratch on the training photos, with Ultralytics'
defaults, for a budget of seconds, its learning rate falling over the budget; writes
OUT/detections.json and OUT/summary.json.
`--clock cpu` counts the process's CPU seconds divided by the threads, so that work beside it costs
it nothing. `--speed` times a trained OUT instead (OUT/speed.json).

In good faith: the budget is for training alone (importing, reading labels, the one validation at
the end and predicting are outside of it), both threads are its own (Ultralytics takes one unless
told), and the last averaged weights predict. `--preset short` changes what holds a short run back:
8 photos a step, each with a step of the optimiser (the default gathers 64 photos), and one epoch of
warm-up.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.detection.exchange import (
    IGNORE,
    Detections,
    Floats,
    Found,
    Photo,
    Truth,
    read_truth,
    write_detections,
)

SIZE_PX = 640
LEAST_SCORE, MOST_OVERLAP, MOST_FOUND = 0.001, 0.7, 1000
PRESETS: dict[str, dict[str, float]] = {
    "default": {},
    "short": {"batch": 8, "nbs": 8, "warmup_epochs": 1},
}
KEPT: list[Any] = []
"""Declared operators, which are gone when nobody holds them."""

PACKAGES = ("ultralytics", "torch", "onnxruntime", "numpy", "opencv-python-headless")


@dataclass
class Spent:
    """What training has cost, and what the validation photos say of it."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    epochs: int = 0
    batches: int = 0
    updates: int = 0
    threads: int = 0
    validation_map50: float = 0.0
    validation_map50_95: float = 0.0


def prepare(threads: int, folder: Path) -> None:
    """Settings that Ultralytics reads when it is imported, and the operators that it misses."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.update(YOLO_CONFIG_DIR=str(folder), YOLO_AUTOINSTALL="false", YOLO_OFFLINE="true")
    import torch
    from ultralytics.utils import torch_utils
    from ultralytics.utils.nms import TorchNMS

    torch_utils.NUM_THREADS = threads  # one fewer than there are cores, and set anew by each call
    torch.set_num_threads(threads)
    try:
        import torchvision
    except RuntimeError:
        # torchvision built for CUDA beside torch for CPU cannot load its compiled operators and
        # stops at describing them: declare them, and let Ultralytics' own non-maximum suppression
        # stand in, which finds the same.
        operators = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        KEPT.append(operators)
        import torchvision

        torchvision.ops.nms = TorchNMS.nms


def write_dataset(truth: Truth, folder: Path) -> Path:
    """The photos as links and the boxes as labels; boxes to be ignored are left out.

    Returns:
        The `data.yaml`. A test set is not named in it: the peer's own figures are of validation.
    """
    for photo in truth.photos:
        if photo.split == "test":
            continue
        stem = photo.id.replace("/", "__")
        image = folder / "images" / photo.split / stem
        label = (folder / "labels" / photo.split / stem).with_suffix(".txt")
        image.parent.mkdir(parents=True, exist_ok=True)
        label.parent.mkdir(parents=True, exist_ok=True)
        if not image.is_symlink():
            image.symlink_to(photo.image)
        label.write_text("\n".join(label_lines(photo, oriented=truth.oriented)) + "\n")
    names = "".join(f"  {k}: {thing.name}\n" for k, thing in enumerate(truth.things))
    data = folder / "data.yaml"
    data.write_text(
        f"path: {folder.absolute()}\ntrain: images/train\nval: images/validation\nnames:\n{names}"
    )
    return data


def label_lines(photo: Photo, *, oriented: bool) -> list[str]:
    """`class x y …`, four corners or middle and size, as shares of the photo's size, within it."""
    shares = np.clip(photo.corners / np.array(photo.size_wh), 0, 1)
    low, high = shares.min(axis=1), shares.max(axis=1)
    around = np.concatenate([(low + high) / 2, high - low], axis=1)
    rows = shares.reshape(-1, 8) if oriented else around
    return [
        f"{index} " + " ".join(f"{value:.6f}" for value in row)
        for index, row in zip(photo.classes.tolist(), rows.tolist(), strict=True)
        if index != IGNORE
    ]


def train(truth: Truth, out: Path, clock: Callable[[], float], given: argparse.Namespace) -> Spent:
    """Trains until `clock` has run for the budget; the weights are OUT/run/weights/last.pt."""
    from ultralytics import YOLO
    from ultralytics.engine import trainer as engine

    # The trainer asks this clock alone how much of its time is spent, and plans its epochs by it.
    engine.time = SimpleNamespace(time=clock, sleep=time.sleep)
    spent, begun = Spent(), [0.0, 0.0]

    def start(trainer: Any) -> None:
        import torch

        spent.threads = torch.get_num_threads()
        begun[:] = time.perf_counter(), time.process_time()

    def count(trainer: Any) -> None:
        spent.batches += 1

    def stop(trainer: Any) -> None:
        spent.wall_s = time.perf_counter() - begun[0]
        spent.cpu_s = time.process_time() - begun[1]
        spent.epochs, spent.updates = trainer.epoch + 1, trainer.ema.updates

    model = YOLO("yolo11n-obb.yaml" if truth.oriented else "yolo11n.yaml")
    model.add_callback("on_train_start", start)
    model.add_callback("on_train_batch_start", count)
    model.add_callback("on_train_epoch_end", stop)
    model.train(
        data=str(write_dataset(truth, out / "data").absolute()),
        time=given.seconds / 3600,
        imgsz=SIZE_PX,
        pretrained=False,
        patience=0,
        val=False,
        plots=False,
        workers=0,
        device="cpu",
        seed=given.seed,
        project=str(out.absolute()),
        name="run",
        exist_ok=True,
        **PRESETS[given.preset],
    )
    of_validation = model.trainer.metrics
    spent.validation_map50 = float(of_validation["metrics/mAP50(B)"])
    spent.validation_map50_95 = float(of_validation["metrics/mAP50-95(B)"])
    return spent


def load(weights: Path, *, oriented: bool) -> Any:
    """A trained or exported model."""
    from ultralytics import YOLO

    return YOLO(str(weights), task="obb" if oriented else "detect")


def predict(model: Any, photo: Photo) -> Any:
    """Ultralytics' result on one photo."""
    return model.predict(
        str(photo.image), imgsz=SIZE_PX, conf=LEAST_SCORE, iou=MOST_OVERLAP, max_det=MOST_FOUND,
        device="cpu", verbose=False,
    )[0]  # fmt: skip


def to_found(result: Any, *, oriented: bool) -> Found:
    """The detections of a result; an oriented one's first edge is its width, whatever that is."""
    boxes = result.obb if oriented else result.boxes
    rows = (boxes.xywhr if oriented else boxes.xywh).cpu().numpy().astype(np.float64)
    x, y, width, height = rows[:, :4].T
    angle = rows[:, 4] if oriented else np.zeros(len(rows))
    return Found(
        corners=_corners(x, y, width, height, angle),
        classes=boxes.cls.cpu().numpy().astype(np.int64),
        scores=boxes.conf.cpu().numpy().astype(np.float64),
    )


def _corners(x: Floats, y: Floats, width: Floats, height: Floats, angle: Floats) -> Floats:
    across = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (width / 2)[:, None]
    down = np.stack([-np.sin(angle), np.cos(angle)], axis=1) * (height / 2)[:, None]
    middle = np.stack([x, y], axis=1)
    four = [middle - across - down, middle + across - down, middle + across + down]
    return np.stack([*four, middle - across + down], axis=1)


def time_parts(model: Any, photos: tuple[Photo, ...]) -> dict[str, float]:
    """Medians in ms over the photos, one at a time, as Ultralytics itself takes them apart.

    `whole` is the call's wall time without reading the file, which is decoded before.
    """
    import cv2

    parts: dict[str, list[float]] = {}
    pictures = [cv2.imread(str(photo.image)) for photo in photos]
    squares = [cv2.resize(picture, (SIZE_PX, SIZE_PX)) for picture in pictures]
    settings = {"imgsz": SIZE_PX, "iou": MOST_OVERLAP, "max_det": MOST_FOUND, "device": "cpu"}
    for square in (*squares[:5], *squares):  # the first few warm it up
        begun = time.perf_counter()
        result = model.predict(square, verbose=False, **settings)[0]
        whole = (time.perf_counter() - begun) * 1000
        for name, value in {**result.speed, "whole": whole}.items():
            parts.setdefault(name, []).append(value)
    medians = {name: float(np.median(values[5:])) for name, values in parts.items()}
    return {name: round(value, 2) for name, value in medians.items()}


def measure_speed(truth: Truth, out: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds a photo of 640 x 640 px, through PyTorch and through ONNX Runtime."""
    weights = out / "run" / "weights" / "last.pt"
    photos = truth.part("test")[: given.photos]
    speeds: dict[str, Any] = {}
    for _ in range(given.rounds):
        model = load(weights, oriented=truth.oriented)
        speeds.setdefault("torch", []).append(time_parts(model, photos))
        exported = weights.with_suffix(".onnx")
        if not exported.exists():
            model.export(format="onnx", imgsz=SIZE_PX, device="cpu")
        model = load(exported, oriented=truth.oriented)
        speeds.setdefault("onnxruntime", []).append(time_parts(model, photos))
    return {"photos": len(photos), "threads": given.threads, "ms": speeds}


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--truth", type=Path, required=True, help="what `splits` wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="what they are")
    parser.add_argument("--preset", choices=PRESETS, default="default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--speed", action="store_true", help="time a trained OUT instead")
    parser.add_argument("--photos", type=int, default=50, help="to time")
    parser.add_argument("--rounds", type=int, default=3, help="of timing")
    return parser.parse_args()


def main() -> None:
    """Trains and predicts, or times."""
    given = parse_arguments()
    given.out.mkdir(parents=True, exist_ok=True)
    prepare(given.threads, given.out.absolute() / "settings")
    truth = read_truth(given.truth)
    versions = {name: version(name) for name in PACKAGES}
    if given.speed:
        report = {**measure_speed(truth, given.out, given), "versions": versions}
        (given.out / "speed.json").write_text(json.dumps(report, indent=2) + "\n")
        print(json.dumps(report, indent=2))
        return

    def cpu() -> float:
        return time.process_time() / given.threads

    spent = train(truth, given.out, cpu if given.clock == "cpu" else time.time, given)
    model = load(given.out / "run" / "weights" / "last.pt", oriented=truth.oriented)
    found = {
        photo.id: to_found(predict(model, photo), oriented=truth.oriented)
        for photo in truth.part("test")
    }
    write_detections(Detections(False, found), given.out / "detections.json")
    summary = {
        **asdict(spent),
        **{key: getattr(given, key) for key in ("seconds", "clock", "preset", "seed")},
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": versions,
    }
    (given.out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
