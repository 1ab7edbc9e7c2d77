"""What of a field's texts can be drawn."""

from __future__ import annotations

import numpy as np
import pytest

from engine.lettering.able import able_part
from engine.text.field import TextField


@pytest.mark.parametrize(
    ("field", "alphabet"),
    [
        (TextField("01年", None), "01"),
        (TextField("01", "[01]{2}"), "01"),
        (TextField(None, "[01]{2}年?"), "01"),
        (TextField(None, "[01]{2}年"), None),
        (TextField("年", None), None),
        (TextField(" ", None), None),
    ],
)
def test_texts_without_what_no_style_has(field: TextField, alphabet: str | None) -> None:
    able = able_part(field.automaton(""))
    assert (able and able.alphabet) == alphabet
    if able is not None:
        assert set(able.draw(np.random.default_rng(0), 4)) <= set("01")
