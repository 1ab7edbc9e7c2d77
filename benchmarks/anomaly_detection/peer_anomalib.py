r"""The peer: anomalib's PatchCore through its own engine, with the features that dltrain has.

    PEER/bin/python -m benchmarks.anomaly_detection.peer_anomalib \
        --data $DLTRAIN_DATA/mvtec_reduced/hazelnut_reduced \
        --weights $DLTRAIN_DATA/weights/mobilenet_v2_0.35_224_no_top.weights.h5 \
        --features OURS/features.npz --out OUT

anomalib's defaults: a tenth of all patches in the memory, nine neighbours, batches of 32. Other
than its defaults are the backbone with its scaling of pixels, photos at their own resolution, and
no post-processing, since the judge takes raw scores. With `--features`, which the side of dltrain
writes, what the fitted model sees in a photo is compared, and nothing is told where it differs.
"""

from __future__ import annotations

import argparse
import logging
import os
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

# Threads that wait for each other must not spin: on a shared machine that would count as CPU time.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
from anomalib.data import ImageBatch, ImageItem
from anomalib.data.utils import read_image
from anomalib.engine import Engine
from anomalib.models import Patchcore
from anomalib.pre_processing import PreProcessor
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms.v2 import Normalize

from benchmarks.anomaly_detection.peer_mobilenet import LAYERS, MobileNetV2, keras_mobilenet
from benchmarks.anomaly_detection.photos import read_photos
from benchmarks.anomaly_detection.told import Told, peak_mib, tell_all, timed, write_told

BATCH = 32
STRIDES = (8, 16)
MOST_APART = 1e-3
"""Largest difference of a feature, in 0…6, that rounding explains."""


class GoodPhotos(Dataset[ImageItem]):
    """The training photos as anomalib's data sets give them."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> ImageItem:
        path = self.files[index]
        return ImageItem(image=read(path), gt_label=torch.tensor(0), image_path=str(path))


def read(path: Path) -> torch.Tensor:
    """A photo (3, H, W), float32 in 0…1."""
    return read_image(path, as_tensor=True)


def signed() -> PreProcessor:
    """From 0…1 to -1…1, as the weights were trained, and nothing else."""
    return PreProcessor(transform=Normalize(mean=[0.5] * 3, std=[0.5] * 3))


def learn(backbone: MobileNetV2, files: Sequence[Path], batch: int) -> Patchcore:
    """A fitted PatchCore, ready to be asked."""
    model = Patchcore(
        backbone=backbone,
        layers=LAYERS,
        pre_trained=False,
        pre_processor=signed(),
        post_processor=False,
        evaluator=False,
        visualizer=False,
    )
    loader = DataLoader(GoodPhotos(files), batch_size=batch, collate_fn=ImageBatch.collate)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(default_root_dir=folder, accelerator="cpu", devices=1, logger=False)
        engine.fit(model, train_dataloaders=loader)
    return model.eval()


@torch.inference_mode()
def largest_difference(model: Patchcore, stored: Path, photo: Path) -> dict[str, float]:
    """Of the features that a fitted model sees in a photo from those stored, by stride.

    Raises:
        ValueError: one is larger than `MOST_APART`.
    """
    levels = model.model.feature_extractor(model.pre_processor(read(photo)[None]))
    found = {}
    with np.load(stored) as theirs:
        for layer, stride in zip(LAYERS, STRIDES, strict=True):
            own = levels[layer][0].permute(1, 2, 0).numpy()
            found[f"stride_{stride}"] = float(np.abs(own - theirs[f"stride_{stride}"]).max())
    if max(found.values()) > MOST_APART:
        raise ValueError(f"{photo}: the features are others than {stored} has: {found}.")
    return found


def main() -> None:
    """Learns, asks of the test photos, and writes what is told."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="an MVTec folder, or a JSON list")
    parser.add_argument("--weights", type=Path, required=True, help="of Keras' MobileNetV2 0.35")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--features", type=Path, help="what dltrain's side stored, to compare with")
    parser.add_argument("--batch", type=int, default=BATCH, help="1 where photos differ in size")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    np.random.seed(given.seed)
    logging.getLogger("lightning").setLevel(logging.ERROR)
    photos = read_photos(given.data)
    imported_mib = peak_mib()
    model, fit = timed(lambda: learn(keras_mobilenet(given.weights), photos.train, given.batch))
    apart = None
    if given.features is not None:
        apart = largest_difference(model, given.features, photos.train[0])

    @torch.inference_mode()
    def tell(pixels: torch.Tensor) -> Told:
        answer = model(pixels[None])
        return Told(float(answer.pred_score), np.asarray(answer.anomaly_map[0, 0], np.float32))

    tell(read(photos.train[0]))
    told, costs = tell_all(photos.test, read, tell)
    packages = ("anomalib", "torch", "torchvision", "lightning", "numpy")
    more = {
        "side": "anomalib",
        "memory": f"{len(model.model.memory_bank)} patches",
        "features_apart": apart,
        "imported_mib": imported_mib,
        "threads": given.threads,
        "seed": given.seed,
        "versions": {name: version(name) for name in packages},
    }
    write_told(given.out, photos.test, told, fit, costs, more)


if __name__ == "__main__":
    main()
