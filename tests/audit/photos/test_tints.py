"""The colours of a photo come back, small; grey photos have none."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audit.photos.tints import make_tints, unpack_tints


@pytest.mark.parametrize("dtype, top", [(np.uint8, 255), (np.uint16, 4095)])
def test_colours_come_back(dtype: type, top: int) -> None:
    photo = np.zeros((300, 400, 3), dtype)
    photo[:, :200, 0], photo[:, 200:, 2] = top, top
    found = unpack_tints(make_tints(photo))
    assert found is not None and found.shape == (96, 128, 2)
    red, blue = found[48, 20].tolist(), found[48, 100].tolist()
    assert red[0] > 200 > 128 > red[1] and blue[1] > 200 > 128 > blue[0]


@pytest.mark.parametrize("shape", [(50, 60), (50, 60, 3), (1, 1, 3)])
def test_grey_photos_have_none(shape: tuple[int, ...]) -> None:
    assert make_tints(np.full(shape, 90, np.uint8)) == b""
    assert unpack_tints(b"") is None


def test_damaged_tints_count_as_none() -> None:
    assert unpack_tints(b"no picture") is None
