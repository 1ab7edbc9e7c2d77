"""Photos that EXIF turns while their masks stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.audit.checks.mixed_format import CHECK
from engine.data.digest import sha256_bytes
from engine.records import MaskAnnotation
from tests.audit.examples import Example, audited
from tests.builders import dataset, picture, sample

ORIENTATION = 0x0112


@pytest.mark.parametrize(
    ("orientation", "masked", "told"), [(1, True, 0), (3, True, 1), (6, True, 1), (6, False, 0)]
)
def test_a_turned_photo_with_a_mask_is_told(
    tmp_path: Path, orientation: int, masked: bool, told: int
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    pixels = np.random.default_rng(1).integers(0, 255, (32, 32), np.uint8)
    path = picture(tmp_path / "a.jpg", pixels, exif=exif)
    mask = path.with_suffix(".png") if masked else None
    turned = replace(
        sample("train/a.jpg", (0,)),
        image=path,
        sha256=sha256_bytes(path.read_bytes()),
        annotation=MaskAnnotation(mask),
    )
    example = Example(failing=dataset({"train": [turned]}), passing=dataset({}))
    found = list(CHECK.run(audited(example.failing, example, tmp_path)))
    assert [observation.samples for observation in found] == [("train/a.jpg",)] * told
    if told:
        assert found[0].evidence == {"orientation": {"train/a.jpg": orientation}}
