"""Photos differ in size, channels or bit depth, or do not use the bits that they have.

What it does
------------
Reports photos whose number of channels or bits is not that of most, photos whose size is not one
that many share (where most photos do share few sizes), and 16-bit files of which only the lower
or the upper bits are used.

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
from engine.audit.photos.facts import PhotoFacts

RARE = 0.05
"""A format that at most this share of the photos has is odd, where one format has most."""

_FIX = "Export all photos the same way, or leave the odd ones out with `exclude`"


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each odd format."""
    traits: dict[str, Mapping[str, object]] = {
        "channels": {name: facts.format.channels for name, facts in audited.facts.items()},
        "bits a channel": {name: facts.format.bit_depth for name, facts in audited.facts.items()},
        "bits used": {name: _used_bits(facts) for name, facts in audited.facts.items()},
        "size": {name: _size(facts) for name, facts in audited.facts.items()},
    }
    for trait, values in traits.items():
        yield from _odd_ones(trait, values)


def _used_bits(facts: PhotoFacts) -> str:
    """Of 16-bit files: where in the word the values lie; 8-bit files vary by their content."""
    stored = facts.format
    if stored.bit_depth <= 8:
        return "all"
    shifted = stored.idle_low_bits >= 2
    return f"{stored.bit_depth - stored.idle_low_bits} upper" if shifted else "lower"


def _size(facts: PhotoFacts) -> str:
    return f"{facts.size_hw[1]}x{facts.size_hw[0]}"


def _odd_ones(trait: str, values: Mapping[str, object]) -> Iterator[Observation]:
    counts = Counter(values.values())
    if len(counts) < 2:
        return
    usual, most = counts.most_common(1)[0]
    if most < (1.0 - RARE) * len(values):
        if trait == "size":
            return  # photos of any size are a way of working, not a mistake
        names = list(values)
    else:
        names = [name for name, value in values.items() if value != usual]
    shown = ", ".join(f"{value}: {count} photos" for value, count in counts.most_common(6))
    yield Observation(
        samples=tuple(names if len(names) < len(values) else names[:1]),
        message=f"the photos differ in {trait} ({shown})",
        evidence={trait: {str(value): count for value, count in counts.most_common(20)}},
        fix=_FIX,
    )


CHECK = Check("IMG404", "mixed-format", "IMG", "warn", "data", run)
