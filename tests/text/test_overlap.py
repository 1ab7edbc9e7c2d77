"""Whether one text could be of two fields."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.overlap import share_a_text
from engine.text.pattern import compile_pattern


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("L[0-9]{4}[A-Z]", "[0-9]{2}/[0-9]{2}/[0-9]{4}", False),
        ("[0-9]{2}/[0-9]{4}", "[0-9]{2}/[0-9]{4}", True),
        ("[A-Z]{2}[0-9]{3}", "[A-Z0-9]{5}", True),
        ("[A-Z]{2}[0-9]{3}", "[A-Z0-9]{6}", False),
        ("A|BB", "B+", True),
        ("[0-9]+", "[A-Z]+", False),
    ],
)
def test_patterns_share_a_text_or_none(first: str, second: str, shared: bool) -> None:
    one, other = compile_pattern(first, None), compile_pattern(second, None)
    assert share_a_text(one, other) is shared
    assert share_a_text(other, one) is shared


PIECES = st.lists(
    st.sampled_from(["a", "b", "[ab]", "a?", "b*", "(?:ab|ba)"]), min_size=1, max_size=4
)


@given(PIECES, PIECES)
def test_it_agrees_with_trying_all_short_texts(first: list[str], second: list[str]) -> None:
    one, other = "".join(first), "".join(second)
    texts = [""]
    for _ in range(8):
        texts = texts + [
            text + letter for text in texts if len(text) == len(texts[-1]) for letter in "ab"
        ]
    both = any(text and re.fullmatch(one, text) and re.fullmatch(other, text) for text in texts)
    assert share_a_text(compile_pattern(one, "ab"), compile_pattern(other, "ab")) is both
