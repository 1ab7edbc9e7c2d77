"""The masks format: a brush annotation of each photo in an image file of its own.

`layout` tells which mask belongs to which photo, `values` what its pixels mean.
"""

from __future__ import annotations

import inspect

from engine.data.readers import Format
from engine.data.readers.masks import layout, values
from engine.data.readers.masks.label_map import read_label_map
from engine.data.readers.masks.reader import read

FORMAT = Format(
    "masks",
    "one mask image a photo: indices, colours or binary; beside the photos or in a folder",
    read,
    tasks=("segmentation", "anomaly_detection"),
    label_folders=("masks", "labels", "annotations", "gt", "ground_truth"),
    documentation="\n\n".join(inspect.getdoc(part) or "" for part in (layout, values)),
)

__all__ = ["FORMAT", "read", "read_label_map"]
