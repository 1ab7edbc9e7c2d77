"""Photos differ in size, channels or bit depth, or do not use the bits that they have.

What it does
------------
Reports the photos whose number of channels or of bits is not that of most, 16-bit photos whose
values lie elsewhere in the word than those of most (12 bits below, 12 bits above, 8 bits only),
and, where more than half of the photos share one size, those of a size that hardly any has. Also
reports photos that their EXIF orientation turns or mirrors while their annotation stays as it is,
unless they are one line of text as a whole.

Why it matters
--------------
Another size or number of channels usually means another camera, another export or a screenshot.
If such photos show one class more than another, the camera is learnt instead of the defect. A
12-bit picture in a 16-bit file is fine, as long as all of them are.

How to mend it
--------------
Export all photos the same way, from the same camera, or leave the odd ones out with `exclude`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.photos.facts import Format
from engine.audit.texts import is_one_line
from engine.phrasing import counted

RARE = 0.05
"""At most this share of the photos, or one photo, is an odd one out; more are a mixture."""

USUAL = 0.5
"""A size that fewer photos share is no rule that others could break."""

_FIX = "Export all photos the same way, or leave the odd ones out with `exclude`"


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each trait in which photos differ, naming those with the rarer values."""
    facts = audited.facts
    yield from _differing("channels", {n: str(f.format.channels) for n, f in facts.items()})
    yield from _differing("bits a channel", {n: str(f.format.bit_depth) for n, f in facts.items()})
    deep = {n: f.format for n, f in facts.items() if f.format.bit_depth > 8}
    used = {name: _used(stored) for name, stored in deep.items()}
    words = "16-bit photos do not use the same bits"
    yield from _differing("use of their 16 bits", used, words)
    sizes = {n: f"{f.size_hw[1]}x{f.size_hw[0]}" for n, f in facts.items()}
    usual = Counter(sizes.values()).most_common(1)
    if usual and usual[0][1] > USUAL * len(sizes):
        yield from _differing("size", sizes, rare_only=True)
    yield from _turned(audited)


def _turned(audited: Audited) -> Iterator[Observation]:
    """The photos that EXIF turns and whose annotations cannot say whether they are as well."""
    annotated = [
        sample.id
        for sample in audited.samples
        if sample.annotation is not None and sample.annotation.path and not is_one_line(sample)
    ]
    facts = audited.facts
    turned = [name for name in annotated if name in facts and facts[name].format.orientation != 1]
    if turned:
        yield Observation(
            samples=tuple(turned),
            message="EXIF turns or mirrors the photo, and it is used upright; nothing says whether "
            "its annotation was drawn on the upright photo",
            evidence={"orientation": {name: facts[name].format.orientation for name in turned}},
            fix="Look at the annotation on the photo; turn the pixels themselves and drop the EXIF "
            "orientation where both do not fit",
        )


def _used(stored: Format) -> str:
    """Where in the word the values lie: dark photos use fewer bits, so by steps of two."""
    if stored.idle_low_bits >= 2:
        return f"the upper {stored.bit_depth - stored.idle_low_bits} bits alone"
    if stored.used_bits <= 8:
        return "the lower 8 bits alone"
    used = 2 * ((stored.used_bits + 1) // 2)
    return "all 16 bits" if used == stored.bit_depth else f"the lower {used} bits alone"


def _differing(
    trait: str, values: Mapping[str, str], words: str = "", *, rare_only: bool = False
) -> Iterator[Observation]:
    """What most photos have in common and some have not; `words` are the message's."""
    counts = Counter(values.values())
    if len(counts) < 2:
        return
    usual, _ = counts.most_common(1)[0]
    most = max(1, int(RARE * len(values)))
    odd = [name for name, value in values.items() if value != usual]
    if rare_only:
        odd = [name for name in odd if counts[values[name]] <= most]
    if not odd:
        return
    common = counts.most_common(6)
    shown = ", ".join(f"{value} in {counted(count, 'photo')}" for value, count in common)
    yield Observation(
        samples=tuple(odd),
        message=f"{words or f'the photos differ in {trait}'} ({shown})",
        evidence={trait: dict(counts.most_common(20))},
        fix=_FIX,
    )


CHECK = Check("IMG404", "mixed-format", "IMG", "warn", "data", run)
