"""The number format that suits the host; only the list of GPUs is invented."""

from __future__ import annotations

from typing import Literal

import keras
import pytest
import tensorflow as tf

from engine.errors import UsageError
from engine.train.precision import choose_precision, precision


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Compute capabilities of the GPUs that TensorFlow finds."""
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: list(found))
    monkeypatch.setattr(
        tf.config.experimental, "get_device_details", lambda gpu: {"compute_capability": gpu}
    )
    return found


def test_a_cpu_computes_in_float32(gpus: list[tuple[int, int]]) -> None:
    assert choose_precision("auto") == "float32"
    assert choose_precision("float32") == "float32"


@pytest.mark.parametrize("wanted", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_without_a_gpu_is_refused(
    gpus: list[tuple[int, int]], wanted: Literal["mixed_float16", "mixed_bfloat16"]
) -> None:
    with pytest.raises(UsageError, match=f"mixed precision is for GPUs.*{wanted}") as caught:
        choose_precision(wanted)
    assert caught.value.exit_code == 2
    gpus.append((8, 0))
    assert choose_precision(wanted) == wanted


@pytest.mark.parametrize(
    ("capabilities", "chosen"),
    [
        ([(8, 0)], "mixed_bfloat16"),
        ([(9, 0), (8, 6)], "mixed_bfloat16"),
        ([(7, 5)], "mixed_float16"),
        ([(9, 0), (7, 0)], "mixed_float16"),
    ],
)
def test_a_gpu_computes_in_what_it_is_fast_at(
    gpus: list[tuple[int, int]], capabilities: list[tuple[int, int]], chosen: str
) -> None:
    gpus.extend(capabilities)
    assert choose_precision("auto") == chosen
    assert choose_precision("float32") == "float32"


def test_the_format_before_comes_back() -> None:
    before = keras.config.dtype_policy().name
    with pytest.raises(KeyError), precision("mixed_bfloat16"):
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
        raise KeyError
    assert keras.config.dtype_policy().name == before
