r"""The words that both sides of the OCR benchmark read: photos of one word each, and their text.

The standard library alone, so that it runs unchanged in the peer's environment and in dltrain's. A
folder of words holds photos and `gt.txt`, with `word_1.png, "text"` a line and `\"` for a quote;
photos are found by the name of their file, whatever its suffix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TABLE = "gt.txt"

_LINE = re.compile(r'(?P<image>[^"]+?)\s*,\s*"(?P<text>.*)"')


@dataclass(frozen=True, slots=True)
class Word:
    """A photo of one word.

    Attributes:
        image: the file.
        text: what it says, of `CHARACTERS` alone.
    """

    image: Path
    text: str


def normalise(text: str) -> str:
    """The text in capitals, without all that is not in `CHARACTERS`."""
    return "".join(character for character in text.upper() if character in CHARACTERS)


def read_words(folder: Path) -> list[Word]:
    """The words of a folder, in the order of its table; those of which nothing is left are not.

    Raises:
        ValueError: a line is malformed, its photo is missing, or a photo is named twice.
    """
    photos = {path.stem: path for path in folder.iterdir() if path.name != TABLE}
    texts: dict[str, str] = {}
    lines = (folder / TABLE).read_text(encoding="utf-8-sig").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        said = _LINE.fullmatch(line.strip())
        stem = Path(said["image"]).stem if said else ""
        if said is None or stem not in photos or stem in texts:
            raise ValueError(f'{folder / TABLE}:{number}: {line!r}; image, "text" of a photo once.')
        texts[stem] = normalise(said["text"].replace('\\"', '"'))
    return [Word(photos[stem], text) for stem, text in texts.items() if text]
