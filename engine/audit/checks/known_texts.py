"""Texts of the test set occur in training or validation as well.

What it does
------------
Compares, for each text field, the texts of the test set with the labels of training and validation,
and says how many of them occur there too, letter for letter, and in which. It is a warning where
that is more than a fifth of the test texts, else advice. Texts of one or two characters are not
counted: they meet by chance.

Why it matters
--------------
A network that saw a text a hundred times may know it by heart: it recognises the whole, and fills
in what it cannot see. On such texts it reads better than on a number that it never met, and the
line brings new numbers every day. The report then promises too much. Validation chooses the epoch
and the thresholds, so what suits its texts suits the same ones in the test set.

How to mend it
--------------
Give the test set objects with other texts. Where a table has the texts, share out by text:
`data.object: {table: labels.csv, image: image, object: text}` keeps all photos of one text in one
part. If the field holds the same few texts by its nature, as names of products do, waive the
finding and say so; where it holds nothing else, list them in `pattern`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.texts import texts_in, texts_of
from engine.phrasing import counted, first_few, quoted

FEWEST_CHARACTERS = 3
MOST_SHARE = 0.2
SHOWN = 20


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each field with texts that the test set shares with another part."""
    for index, name in enumerate(audited.dataset.class_names):
        known = {
            "training": texts_in(audited.dataset.train, index),
            "validation": texts_in(audited.dataset.validation, index),
        }
        test = _long_enough(texts_in(audited.dataset.test, index))
        everywhere = {text for texts in known.values() for text in texts}
        shared = Counter({text: count for text, count in test.items() if text in everywhere})
        if shared:
            yield _observation(audited, index, name, known, test, shared)


def _observation(
    audited: Audited,
    index: int,
    name: str,
    known: Mapping[str, Counter[str]],
    test: Counter[str],
    shared: Counter[str],
) -> Observation:
    share = shared.total() / test.total()
    most = [text for text, _ in shared.most_common()]
    photos = [
        sample.id
        for sample in audited.dataset.test
        if any(text in shared for text in texts_of(sample, index))
    ]
    listed = first_few([quoted(text) for text in most], 5)
    parts = {
        part: sum(count for text, count in shared.items() if text in texts)
        for part, texts in known.items()
    }
    return Observation(
        samples=tuple(photos),
        message=f"{shared.total()} of {counted(test.total(), 'text')} of {name!r} in test "
        f"({share:.0%}) {_are_labels(parts, shared.total())} as well: {listed}",
        evidence={
            "class": name,
            "test texts": test.total(),
            **{f"known from {part}": count for part, count in parts.items()},
            "share": round(share, 4),
            "texts": [
                {
                    "text": text,
                    **{f"in {part}": texts[text] for part, texts in known.items()},
                    "in test": shared[text],
                }
                for text in most[:SHOWN]
            ],
        },
        fix="Give the test set objects with other texts, or waive this if the field holds the "
        "same few texts by its nature",
        severity="warn" if share > MOST_SHARE else "advice",
    )


def _are_labels(parts: Mapping[str, int], number: int) -> str:
    """Where so many test texts occur: in one part, or in both with how many of each."""
    found = {part: count for part, count in parts.items() if count}
    if len(found) == 1:
        part = next(iter(found))
        return f"is a {part} label" if number == 1 else f"are {part} labels"
    listed = " or ".join(f"{part} ({count})" for part, count in found.items())
    return f"is a label of {listed}" if number == 1 else f"are labels of {listed}"


def _long_enough(texts: Counter[str]) -> Counter[str]:
    return Counter({t: count for t, count in texts.items() if len(t) >= FEWEST_CHARACTERS})


CHECK = Check("SPL106", "known-texts", "SPL", "warn", "data", run, ("ocr",))
