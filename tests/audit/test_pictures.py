"""Evidence that a person can look at: frames where the annotation is, a twin laid on its twin."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.audit.photos.facts import examine
from engine.audit.pictures import cut_uri, laid_uri, mask_uri, photo_uri, sheet_uri
from engine.audit.twins.twins import find_twins
from tests.audit.drawn import surface, turned
from tests.builders import picture


def decoded(uri: str | None) -> np.ndarray:
    assert uri is not None
    data = base64.b64decode(uri.partition(",")[2])
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))


def test_a_frame_is_drawn_around_a_box_and_not_on_the_file(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", np.full((480, 480), 128, np.uint8))
    before = path.read_bytes()
    framed = decoded(photo_uri(path, [[100, 200, 60, 40]])).astype(int)
    assert framed.shape == (240, 240, 3)
    marked = np.abs(framed - 128).max(axis=2) > 40
    rows, columns = np.nonzero(marked)
    # Within a pixel: the thumbnail is a JPEG.
    assert (columns.min(), columns.max()) == pytest.approx((47, 82), abs=1)
    assert (rows.min(), rows.max()) == pytest.approx((97, 122), abs=1)
    assert not marked[102:118, 52:78].any()
    assert path.read_bytes() == before


def test_a_twin_laid_on_its_twin_looks_like_it(tmp_path: Path) -> None:
    other = cv2.flip(turned(surface(0)), 1)
    paths = [
        picture(tmp_path / name, pixels)
        for name, pixels in (("a.png", surface(0)), ("b.png", other))
    ]
    (twin,) = find_twins([examine(surface(0)), examine(other)])
    laid = decoded(laid_uri(*paths, twin.matrix, twin.mirrored))[..., 0].astype(float)
    wanted = cv2.resize(other, laid.shape[::-1]).astype(float)
    inside = (np.abs(laid - 128) > 1) & (wanted > 0)
    assert inside.mean() > 0.5
    assert np.corrcoef(laid[inside], wanted[inside])[0, 1] > 0.9


def test_a_sheet_holds_every_region(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", surface(0))
    sheet = decoded(sheet_uri([(path, [0, 0, 20, 10])] * 5 + [(tmp_path / "none", [0, 0, 1, 1])]))
    assert sheet.shape == (2 * 96, 4 * 96, 3)
    assert sheet[96:, :96].std() > 5 > sheet[96:, 120:].std()
    assert sheet_uri([(tmp_path / "none", [0, 0, 1, 1])]) is None


def test_what_cannot_be_read_is_not_shown(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", surface(0))
    same = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert photo_uri(tmp_path / "none.png") is None
    assert laid_uri(path, tmp_path / "none.png", same, False) is None


def test_a_region_is_cut_out_with_the_line_of_the_margin(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", np.full((1000, 2000), 128, np.uint8))
    cut = decoded(cut_uri(path, [4, 500, 20, 10], [40, 40, 1920, 920], 40)).astype(int)
    assert max(cut.shape[:2]) == 440
    blue, green, red = (cut[..., channel] for channel in range(3))
    pink, yellow = (red - green > 50) & (blue - green > 50), (green - blue > 50)
    rows, columns = np.nonzero(pink)
    # 440 px show 102 px of the photo's rows: 46 on each side of the region's 10.
    assert rows.max() - rows.min() == pytest.approx(10 * 440 / 102 + 8, abs=5)
    assert np.nonzero(yellow)[1].mean() > columns.max()


def test_a_region_in_a_corner_of_a_small_photo(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", np.full((24, 32), 128, np.uint8))
    assert decoded(cut_uri(path, [0, 0, 32, 24], [12, 12, 8, 0], 12)).shape == (192, 256, 3)
    assert cut_uri(tmp_path / "none.png", [0, 0, 1, 1]) is None


def test_a_mask_with_lossy_compression_is_shown(tmp_path: Path) -> None:
    labels = np.zeros((64, 64), np.uint8)
    labels[:, 32:] = 2
    shown = decoded(mask_uri(picture(tmp_path / "mask.jpg", labels, quality=95)))
    assert shown[:, :24].max() < 60 and shown[:, 40:].min() > 200
    assert mask_uri(tmp_path / "none.jpg") is None
