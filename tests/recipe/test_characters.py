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
        ("0-2\\-A", "012-A"),
        ("A-Z-", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-"),
        ("0-2[]", "012[]"),
        ("[]", "[]"),
        ("][", "[]"),
        ("\\[0-2]", "[012]"),
        ("[0-2\\]", "[012]"),
        ("AAB", "AB"),
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
        ("0-9-A", "After the range 0-9, - may be a range or itself. Write"),
        ("[A-Z0-9]", "Write it without brackets: A-Z0-9. If the field has brackets as well"),
        ("[A-Z0-9]", r"write these last: A-Z0-9\[\]."),
        ("", "characters and ranges"),
        (12, "Put it in quotes."),
        (None, "Received: nothing"),
    ],
)
def test_what_is_refused(value: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_characters(value)
