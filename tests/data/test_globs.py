from __future__ import annotations

import pytest

from engine.data.globs import matches_any


@pytest.mark.parametrize(
    ("path", "glob", "expected"),
    [
        ("a/b.png", "a/*.png", True),
        ("a/b/c.png", "a/*.png", False),
        ("a/b/c.png", "a/**", True),
        ("c.png", "**/c.png", True),
        ("a/b/c.png", "**/c.png", True),
        ("a/b/c.png", "*.png", True),
        ("a/b1.png", "a/b?.png", True),
        ("a/b1.png", "a/b[0-3].png", True),
        ("a/b1.png", "a/b[!0-3].png", False),
        ("a/b+1.png", "a/b+1.png", True),
        ("a\nb/c d.png", "**/c d.png", True),
    ],
)
def test_globs(path: str, glob: str, expected: bool) -> None:
    assert matches_any(path, [glob]) is expected
    assert matches_any(path, ["no/such.png", glob]) is expected
