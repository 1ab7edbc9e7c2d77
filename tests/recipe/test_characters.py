"""The characters of a text field: ranges, and what stands for itself."""

from __future__ import annotations

import pytest

from engine.recipe.characters import expand_characters, parse_characters


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("A-C", "ABC"),
        ("0-9/.", "0123456789/."),
        ("-a", "-a"),
        ("a-", "a-"),
        ("a\\-c", "a-c"),
        ("0-9\\-/.", "0123456789-/."),
        ("0-9-/", "0123456789-/"),
        ("\\\\", "\\"),
        ("x\\", "x\\"),
        ("A-CX-Z", "ABCXYZ"),
        ("a-a", "a"),
    ],
)
def test_what_a_text_means(text: str, characters: str) -> None:
    assert expand_characters(text) == set(characters)
    assert parse_characters(text) == text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("9-0", "The range 9-0 runs backwards; write 0-9."),
        ("0123456789-/.", "not 9-/. Write"),
        ("+-*", "two letters of one case"),
        ("a-Z", "two letters of one case"),
        ("(-)", "two letters of one case"),
        ("", "characters and ranges"),
        (12, "Put it in quotes."),
        (None, "Received: nothing"),
    ],
)
def test_what_is_refused(value: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_characters(value)
