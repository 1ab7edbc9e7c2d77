r"""dltrain's side: `patch_memory` without recipe, thresholds or report.

    python -m benchmarks.anomaly_detection.ours \
        --data $DLTRAIN_DATA/mvtec_reduced/hazelnut_reduced \
        --weights $DLTRAIN_DATA/weights/mobilenet_v2_0.35_224_no_top.weights.h5 --out OUT

Also writes `OUT/features.npz`: the levels of the backbone for the first training photo, which the
peer compares with its own.
"""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from benchmarks.anomaly_detection.photos import read_photos
from benchmarks.anomaly_detection.told import Told, peak_mib, tell_all, timed, write_told
from engine import kcv
from engine.data.images import read_image
from engine.data.intensity import WHITE_16_BIT, to_unit
from engine.data.view import View
from engine.tasks.anomaly_detection.infer import detector, raw_map
from engine.tasks.anomaly_detection.patches.features import STRIDES
from engine.tasks.anomaly_detection.patches.gather import Gathered, gather_memory
from engine.tasks.anomaly_detection.patches.reader import GoodPhotos
from engine.tasks.segmentation.infer import Inference

BACKBONE = "mobilenet_v2_035"


def main() -> None:
    """Learns, asks of the test photos, and writes what is told."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="an MVTec folder, or a JSON list")
    parser.add_argument("--weights", type=Path, required=True, help="of Keras' MobileNetV2 0.35")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    photos = read_photos(given.data)
    imported_mib = peak_mib()
    inference = Inference(View(), WHITE_16_BIT)

    def fit() -> tuple[kcv.Backbone, Gathered]:
        backbone = kcv.build_backbone(BACKBONE)
        kcv.load_weights(backbone, given.weights)
        good = GoodPhotos(
            lambda index: inference.view.image(read_image(photos.train[index])),
            [str(path) for path in photos.train],
            [Image.open(path).size[::-1] for path in photos.train],
        )
        return backbone, gather_memory(backbone, good, inference, given.seed, lambda *_: None)

    (backbone, gathered), cost = timed(fit)
    ready = detector(gathered.model, "patch_memory")

    def tell(pixels: np.ndarray) -> Told:
        map_ = raw_map(ready, pixels, inference)
        return Told(float(map_.max()), map_)

    tell(read_image(photos.train[0]))  # the graph is made at the first photo
    told, costs = tell_all(photos.test, read_image, tell)
    more = {
        "side": "dltrain",
        "memory": f"{gathered.kept} of {gathered.patches} patches",
        "left_out": len(gathered.outliers) if gathered.left_out else 0,
        "imported_mib": imported_mib,
        "seed": given.seed,
        "versions": {name: version(name) for name in ("tensorflow", "keras", "numpy")},
    }
    write_told(given.out, photos.test, told, cost, costs, more)
    write_features(given.out / "features.npz", backbone, photos.train[0])


def write_features(file: Path, backbone: kcv.Backbone, photo: Path) -> None:
    """Stores the levels (h, w, D) of a photo as `stride_<n>`."""
    levels = backbone.model(tf.constant(to_unit(read_image(photo))[None]), training=False)
    by_stride = dict(zip(backbone.spec.strides, levels, strict=True))
    np.savez(file, **{f"stride_{stride}": by_stride[stride].numpy()[0] for stride in STRIDES})


if __name__ == "__main__":
    main()
