from __future__ import annotations

from pathlib import Path

from engine.data.formats_page import formats_page
from engine.data.readers import formats

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"


def test_the_page_is_in_step() -> None:
    assert PAGE.read_text(encoding="utf-8") == formats_page(), (
        "run `python -m engine.data.formats_page > docs/formats.md`"
    )


def test_every_format_documents_itself() -> None:
    for each in formats().values():
        assert len(each.documentation) > 200
