"""What the tests of backbones share."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def pixels() -> np.ndarray:
    """Two RGB pictures of 64 x 96 in 0..1, float32."""
    return np.random.default_rng(0).random((2, 64, 96, 3), np.float32)
