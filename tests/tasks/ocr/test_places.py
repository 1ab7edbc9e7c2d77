"""About where on a line each character stands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tasks.ocr.places import places_of


@given(st.integers(1, 40), st.floats(0, 20), st.floats(1, 200), st.floats(0, 30))
def test_every_place_holds_its_character_wherever_the_text_lies(
    length: int, begin: float, extent: float, slack: float
) -> None:
    places = places_of(length, (begin, begin + extent), slack, 40)
    middles = begin + (np.arange(length) + 0.5) / length * extent
    np.testing.assert_allclose(places[:length].mean(axis=1), middles, atol=1e-3)
    reach = np.ptp(places[:length], axis=1) / 2
    assert (reach > extent / length / 2 + slack).all()
    assert (places[length:] == 0).all()
    assert places.dtype == np.float32


@pytest.mark.parametrize("length", [1, 2, 7])
def test_each_place_within_a_line_has_a_column(length: int) -> None:
    """Else a character could not be said there, however the network learnt."""
    columns = np.arange(4) + 0.5
    for first, last in places_of(length, (0.0, 4.0), 0.0, length):
        assert ((columns >= first) & (columns <= last)).any()
