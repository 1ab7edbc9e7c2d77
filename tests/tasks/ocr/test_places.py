"""About where on a line each character stands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tasks.ocr.places import SPARE_COLUMNS, places_of


@given(st.integers(1, 40), st.floats(0, 20), st.floats(1, 200), st.floats(0, 0.3))
def test_every_place_holds_its_character_wherever_the_text_lies(
    length: int, begin: float, extent: float, loose: float
) -> None:
    places = places_of(begin + np.arange(length + 1) / length * extent, loose, 40)
    middles = begin + (np.arange(length) + 0.5) / length * extent
    np.testing.assert_allclose(places[:length].mean(axis=1), middles, atol=1e-3)
    reach = np.ptp(places[:length], axis=1) / 2
    assert (reach > extent / length / 2 + loose * extent).all()
    assert (places[length:] == 0).all()
    assert places.dtype == np.float32


@given(st.lists(st.floats(0.01, 20), min_size=1, max_size=40), st.floats(0, 0.3))
def test_wide_characters_have_wide_places(widths: list[float], loose: float) -> None:
    """Those that are nearer, where a text is seen at an angle."""
    bounds = np.cumsum([3.0, *widths])
    places = places_of(bounds, loose, len(widths))
    room = SPARE_COLUMNS + loose * sum(widths)
    further = room + np.array(widths) / 4
    np.testing.assert_allclose(bounds[:-1] - places[:, 0], further, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(places[:, 1] - bounds[1:], further, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("length", [1, 2, 7])
def test_each_place_within_a_line_has_a_column(length: int) -> None:
    """Else a character could not be said there, however the network learnt."""
    columns = np.arange(4) + 0.5
    for first, last in places_of(np.linspace(0.0, 4.0, length + 1), 0.0, length):
        assert ((columns >= first) & (columns <= last)).any()


def test_a_text_of_no_character_has_no_place() -> None:
    assert (places_of(np.zeros(1), 0.2, 3) == 0).all()
