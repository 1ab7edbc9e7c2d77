"""How likely plain characters are, by what validation reads rightly."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluate.readable_threshold import choose_readable_threshold
from engine.text.reading import PLAIN


def chosen(*means: float, length: int = 6) -> tuple[float, str]:
    return choose_readable_threshold(
        [length * np.log(mean) for mean in means], [length] * len(means)
    )


def test_nine_in_ten_right_readings_have_it() -> None:
    means = np.linspace(0.8, 0.999, 199)
    value, note = chosen(*means)
    assert (means > value).mean() == pytest.approx(0.9, abs=0.01)
    assert note == ""


def test_the_length_of_a_text_does_not_matter() -> None:
    means = [0.9, 0.95, 0.99] * 10
    assert chosen(*means, length=3)[0] == pytest.approx(chosen(*means, length=12)[0])


def test_a_single_lucky_reading_does_not_matter() -> None:
    assert chosen(*[0.98] * 40, 0.1)[0] == pytest.approx(0.98)


def test_without_right_readings_it_is_the_constant() -> None:
    value, note = chosen()
    assert value == pytest.approx(PLAIN)
    assert note == "chosen by 0 right readings on validation and the 0.5 that is taken without any"


def test_few_move_it_as_far_as_they_are_many() -> None:
    values = [chosen(*[0.98] * count)[0] for count in range(12)]
    assert values[:11] == sorted(set(values[:11]))
    assert values[10] == values[11] == pytest.approx(0.98)
    assert [bool(chosen(*[0.98] * count)[1]) for count in (9, 10)] == [True, False]
