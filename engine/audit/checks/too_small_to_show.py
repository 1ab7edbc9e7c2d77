"""The test set is too small to show what `accept` asks for.

What it does
------------
Where the recipe asks for an escape or an overkill rate, works out how many bad or good test objects
are needed to show it at 95 % confidence if the model makes no mistake at all (exact binomial bound,
one-sided: the smallest n with (1 - rate)^n at most 5 %), and compares with how many there are.
Where things are detected, an escape is a thing that was not found, and overkill is a wrong
detection on any photo: objects with things count for the one, all objects for the other. Where
texts are read the two are wrong reads and rejected texts, and objects with texts count for both.
The intervals of the report are two-sided and ask for about a quarter more.

Why it matters
--------------
No mistake on 46 bad parts shows an escape rate of at most 6.3 %, not of 1 %. A report that says
accepted on such a test set says more than anybody knows, and an auditor will find out.

How to mend it
--------------
Photograph more bad or good parts for the test set, as many as the finding says, or ask for a rate
that the test set can show. Several photos of one part count once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.phrasing import counted, percent
from engine.recipe.metrics import DETECTION

CONFIDENCE = 0.95


def objects_needed(rate: float) -> int:
    """Objects without one mistake that show a rate of at most `rate` (0 to 1, exclusive)."""
    return math.ceil(math.log(1.0 - CONFIDENCE) / math.log1p(-rate))


def rate_shown(objects: int) -> float:
    """The rate that so many objects show when none is mistaken."""
    return float(1.0 - (1.0 - CONFIDENCE) ** (1.0 / objects)) if objects else 1.0


def _counted(number: int, kind: str) -> str:
    return counted(number, kind, kind.replace("object", "objects"))


def _shown_by(objects: int) -> str:
    """How many there are, and what they can show."""
    if objects == 0:
        return "none"
    return f"{objects}, which can show at most {percent(rate_shown(objects), 2)}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rate that the recipe asks for: in words, and the objects of the test set that show it."""

    words: str
    rate: float | None
    kind: str
    objects: int


def _asked(audited: Audited) -> tuple[_Asked, _Asked]:
    test, settings = audited.dataset.test, audited.settings
    bad = {sample.object for sample in test if sample.classes}
    good = {sample.object for sample in test if sample.is_good}
    if settings.task == "ocr":
        return (
            _Asked("a rate of wrong reads", settings.escape_rate, "object with texts", len(bad)),
            _Asked("a reject rate", settings.overkill_rate, "object with texts", len(bad)),
        )
    things = settings.task in DETECTION
    kinds = ("object with things", "object") if things else ("bad object", "good object")
    others = len(bad | good if things else good)
    return (
        _Asked("an escape rate", settings.escape_rate, kinds[0], len(bad)),
        _Asked("an overkill rate", settings.overkill_rate, kinds[1], others),
    )


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each asked rate that the test set cannot show."""
    for asked in _asked(audited):
        rate, objects, kind, words = asked.rate, asked.objects, asked.kind, asked.words
        if rate is None or rate >= 1.0:
            continue
        there = _counted(objects, kind)
        if rate <= 0.0:
            yield Observation(
                samples=(),
                message=f"no test set can show {words} of 0 %; {there} "
                f"without a mistake can show at most {percent(rate_shown(objects), 2)}",
                evidence={"asked": rate, "objects": objects},
                fix=f"Ask for {words} that can be shown, such as 1 %",
            )
            continue
        needed = objects_needed(rate)
        if objects < needed:
            wanted = _counted(needed, kind)
            more = _counted(needed - objects, kind)
            yield Observation(
                samples=(),
                message=(
                    f"to show {words} of at most {percent(rate, 6)} at 95 % you "
                    f"need {wanted} without a mistake; the test set has {_shown_by(objects)}"
                ),
                evidence={"asked": rate, "needed": needed, "objects": objects},
                fix=f"Add {more} to the test set, or ask for a rate that it can show",
            )


CHECK = Check("SPL105", "test-set-too-small-to-show-it", "SPL", "warn", "data", run)
