"""Evidence that a person can look at: frames where the annotation is, a twin laid on its twin."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.audit.photos.facts import examine
from engine.audit.pictures import laid_uri, photo_uri, sheet_uri
from engine.audit.twins.twins import find_twins
from tests.audit.examples import surface, turned
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
