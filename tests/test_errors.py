"""The paragraph of an error: sentences with one full stop each."""

from __future__ import annotations

import pytest

from engine.errors import UsageError


@pytest.mark.parametrize("end", ["", ".", "?", "!", "…"])
def test_each_sentence_ends_once(end: str) -> None:
    error = UsageError(
        f"wrong{end}", where="here", received=f"x{end}", allowed=f"y{end}", fix=f"Do z{end}"
    )
    stop = end or "."
    assert error.paragraph() == (f"here: wrong{stop} Received: x{stop} Allowed: y{stop} Do z{stop}")


def test_what_is_no_text_is_shown_too() -> None:
    assert UsageError("wrong", received=3).paragraph() == "wrong. Received: 3."
