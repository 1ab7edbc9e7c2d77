"""Copies of one photo: found, named, and one object."""

from __future__ import annotations

from engine.data.copies import copies_among, counted_once, share_an_object
from tests.builders import sample


def test_copies_are_found_by_content() -> None:
    photos = [sample("c", content="x"), sample("a", content="x"), sample("b")]
    assert copies_among(photos) == (("a", "c"),)
    assert [each.object for each in share_an_object(photos)] == ["a", "a", "b"]


def test_words_on_copies() -> None:
    assert counted_once([sample("a"), sample("b")]) == ""
    pair = [sample("a", content="x"), sample("b", content="x")]
    assert counted_once(pair) == "copies of one photo count once: a, b"
    many = [sample(f"{n:02}", content=str(n // 4)) for n in range(16)]
    assert counted_once(many) == (
        "copies of one photo count once: 00, 01, 02 and 1 more; 04, 05, 06 and 1 more; "
        "and those of 2 more"
    )
