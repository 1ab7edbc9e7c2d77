r"""Scores what either side reads on the test words.

    python -m benchmarks.ocr.score --words $DLTRAIN_DATA/icdar15_words/TestSet \
        --readings .bench/ocr/peer/default-600/predictions.csv

Readings are the peer's table of `image,text`, or the `report/predictions.jsonl` of a dltrain run.
Both are normalised as the truth is: capitals, and nothing but A to Z and 0 to 9. A word without a
reading is a wrong one, and an empty one for the error rate; `missing` counts them.

`text` is what a side tells, where a rejected word counts as wrong; `read` is what it would tell if
it rejected nothing, the same for a side that never rejects. `cer` is the number of characters to
insert, delete or replace, over all characters of the truth. Intervals are of 95 %, by bootstrap of
words. With `--against`, also by how much the readings are ahead of those others, word by word.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from benchmarks.ocr.words import Word, normalise, read_words

DRAWS, SEED = 2000, 0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Told:
    """What a side says of a word.

    Attributes:
        text: normalised; None: rejected.
        read: the best reading, rejected or not.
    """

    text: str | None
    read: str


NOTHING = Told(None, "")


def read_readings(path: Path) -> list[tuple[str, Told]]:
    """Image and what is told of it, of each row of a `.csv` or line of a `.jsonl`.

    Raises:
        ValueError: the file has another suffix.
    """
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        return [
            (row["image"], Told(normalise(row["text"]), normalise(row["text"]))) for row in rows
        ]
    if path.suffix != ".jsonl":
        raise ValueError(f"{path}: readings are a .csv or a .jsonl.")
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines if line.strip()]
    return [(line["image"], _of_line(line)) for line in said]


def _of_line(line: dict[str, Any]) -> Told:
    """The surest thing of a photo; nothing, where it has none."""
    things = line.get("things") or []
    if not things:
        return NOTHING
    thing = max(things, key=lambda each: each.get("score") or 0.0)
    text = thing.get("text")
    read = thing.get("read")
    best = normalise((text if read is None else read) or "")
    return Told(None if text is None else normalise(text), best)


def matched(words: Sequence[Word], readings: Sequence[tuple[str, Told]]) -> list[Told | None]:
    """What is told of each word; None where nothing is.

    Photos are matched by the name of the file, without its suffix, and by its folder where two
    have that name.

    Raises:
        ValueError: no word has a reading, or one has two.
    """
    by_stem: dict[str, list[tuple[str, Told]]] = defaultdict(list)
    for image, told in readings:
        by_stem[Path(image).stem].append((Path(image).parent.name, told))
    found: list[Told | None] = []
    for word in words:
        own = by_stem.get(word.image.stem, [])
        if len(own) > 1:
            own = [each for each in own if each[0] == word.image.parent.name]
            if len(own) != 1:
                raise ValueError(f"{word.image.name}: {len(own)} readings of its folder; one is.")
        found.append(own[0][1] if own else None)
    if not any(each is not None for each in found):
        raise ValueError("no word has a reading: are they of the same photos?")
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Figures of each word, (n,).

    Attributes:
        right: 1 where the text is the word's.
        edits: characters to change.
        lengths: characters of the truth.
    """

    right: Floats
    edits: Floats
    lengths: Floats


def judge(words: Sequence[Word], texts: Sequence[str]) -> Judged:
    """Each text against its word."""
    pairs = [(text, word.text) for text, word in zip(texts, words, strict=True)]
    return Judged(
        np.array([text == truth for text, truth in pairs], np.float64),
        np.array([Levenshtein.distance(*pair) for pair in pairs], np.float64),
        np.array([len(truth) for _, truth in pairs], np.float64),
    )


def _draws(count: int) -> Iterator[NDArray[np.int64]]:
    """The same for every figure, so that differences are of the same words."""
    generator = np.random.default_rng(SEED)
    return (generator.integers(0, count, count) for _ in range(DRAWS))


def figures(judged: Judged) -> dict[str, object]:
    """Exact match and character error rate with intervals."""
    rows = [
        (judged.right[drawn].mean(), judged.edits[drawn].sum() / judged.lengths[drawn].sum())
        for drawn in _draws(len(judged.right))
    ]
    exact, errors = np.array(rows).T
    return {
        "exact_match": _rounded(judged.right.mean()),
        "exact_match_95": _interval(exact),
        "cer": _rounded(judged.edits.sum() / judged.lengths.sum()),
        "cer_95": _interval(errors),
    }


def ahead(judged: Judged, others: Judged) -> dict[str, object]:
    """By how much more words are right, with its interval: of the same words, drawn in pairs."""
    apart = judged.right - others.right
    return {
        "exact_match": _rounded(apart.mean()),
        "exact_match_95": _interval([apart[drawn].mean() for drawn in _draws(len(apart))]),
    }


def _interval(values: Sequence[float] | Floats) -> list[float]:
    return [_rounded(value) for value in np.percentile(values, (2.5, 97.5))]


def _rounded(value: float | np.floating) -> float:
    return round(float(value), 4)


def score(words: Sequence[Word], path: Path, against: Path | None = None) -> dict[str, object]:
    """The figures of a file of readings.

    Raises:
        ValueError: no word has a reading, or one has two.
    """
    found = matched(words, read_readings(path))
    report: dict[str, object] = {
        "words": len(words),
        "missing": sum(told is None for told in found),
        "rejected": sum(told is not None and told.text is None for told in found),
    }
    sides = _judged(words, found)
    for name, judged in sides.items():
        report[name] = figures(judged)
    if against is not None:
        others = _judged(words, matched(words, read_readings(against)))
        report["ahead"] = {name: ahead(judged, others[name]) for name, judged in sides.items()}
    return report


def _judged(words: Sequence[Word], found: Sequence[Told | None]) -> dict[str, Judged]:
    """Of what is told, and of what is read."""
    told = [each or NOTHING for each in found]
    return {
        "text": judge(words, [each.text or "" for each in told]),
        "read": judge(words, [each.read for each in told]),
    }


def main() -> None:
    """Prints the scores as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--words", type=Path, required=True, help="the folder of the test words")
    parser.add_argument("--readings", type=Path, required=True)
    parser.add_argument("--against", type=Path, help="readings of the other side")
    given = parser.parse_args()
    words = read_words(given.words)
    print(json.dumps(score(words, given.readings, given.against), indent=2))


if __name__ == "__main__":
    main()
