"""Marks were drawn on the image.

What it does
------------
Looks for arrows, circles, crosses, boxes and words that somebody drew on the photo with an image
viewer, by their ink: one colour, the same in light and in shadow, with edges that no lens draws,
in a tone that stands alone among the colours of this photo and is rare on the others. Print and
moulding of the product itself are no finding: they are lit, blurred and found on other photos too.
Of planted marks 87 % are found (in colour 92 %, black or white 68 %, least where the photo was
stored as JPEG with coarse colours), and 3 of 1,362 untouched photos were accused, all of them
street scenes. Where even the quieter photos hold something like ink, as binarised pictures do, more
is asked of a mark, and fewer are found. Photos with a side of less than 64 px are not looked at.
Where texts are read, what lies in an annotated text is passed over.

Why it matters
--------------
A model learns that an arrow means a defect, and is right on every marked photo. The camera on the
line draws no arrows: there it misses the defects. Marks on training photos alone make it worse in
silence, marks on test photos make the report better than the truth.

How to mend it
--------------
Use the photos as the camera stored them. Do not paint the marks over: the model sees that as well.
If no clean photo is left, leave the marked one out with `exclude`. If what is reported belongs to
the product or to the scene, waive it with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.marks.marks import MOST_SHARE, drawn_marks
from engine.audit.photos.strokes import Stroke, Strokes
from engine.audit.texts import in_a_text

MANY = 10
"""So many photos, and `MOST_SHARE` of all, bear no marks: what they show is a print or a scale."""

Marks = dict[str, list[tuple[Stroke, float]]]
"""By photo, each mark and how far it stands out."""

_NAMED = {
    "black": (0, 0, 0), "white": (255, 255, 255), "grey": (128, 128, 128), "red": (230, 20, 30),
    "green": (20, 190, 50), "dark green": (20, 100, 40), "blue": (20, 40, 230),
    "light blue": (110, 170, 240), "yellow": (245, 235, 30), "orange": (250, 140, 20),
    "brown": (130, 80, 40), "magenta": (240, 20, 220), "purple": (120, 40, 170),
    "cyan": (30, 230, 235), "pink": (250, 160, 190),
}  # fmt: skip


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each photo with marks; one for all where most photos have them."""
    strokes = {name: facts.strokes for name, facts in audited.facts.items()}
    marks = _marks(audited, strokes)
    if audited.settings.task == "ocr":
        marks = _outside_of_texts(audited, marks)
    if len(marks) >= max(MANY, MOST_SHARE * len(strokes)):
        yield Observation(
            samples=tuple(marks),
            message=f"{len(marks)} of {len(strokes)} photos show strokes that look drawn: they "
            "belong to the product or to the camera, or all photos were marked",
            evidence={"photos": len(marks)},
            fix="If they were drawn, take the photos as the camera stored them; if not, waive this",
        )
        return
    for name, found in marks.items():
        first = found[0][0]
        x, y, width, height = first.box_xywh
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        yield Observation(
            samples=(name,),
            message=f"a {colour_name(first.colour)} mark looks drawn on the photo, {width} x "
            f"{height} px at ({x}, {y}){more}",
            evidence={
                "boxes": [
                    {"bbox_xywh": list(stroke.box_xywh), "colour": list(stroke.colour)}
                    for stroke, _ in found
                ]
            },
            fix="Use the photo as the camera stored it, or waive this where nobody drew on it",
        )


def _outside_of_texts(audited: Audited, marks: Marks) -> Marks:
    """The marks that do not lie in an annotated text, whose letters are ink by nature."""
    samples = {sample.id: sample for sample in audited.samples}
    kept = {
        name: [each for each in found if not in_a_text(samples[name], each[0].box_xywh)]
        for name, found in marks.items()
    }
    return {name: found for name, found in kept.items() if found}


def _marks(audited: Audited, strokes: Mapping[str, Strokes]) -> Marks:
    """`drawn_marks`, or what it found on the same photos before."""
    names = list(strokes)

    def conclude() -> list[Any]:
        found = drawn_marks(strokes)
        return [
            [number, strokes[name].found.index(stroke), beyond]
            for number, name in enumerate(names)
            for stroke, beyond in found.get(name, ())
        ]

    digests = {sample.id: sample.sha256 for sample in audited.samples}
    seen = [digests[name] for name in names]
    marks: Marks = {}
    for number, position, beyond in audited.remembered("IMG401", seen, conclude):
        name = names[number]
        marks.setdefault(name, []).append((strokes[name].found[position], beyond))
    return marks


def colour_name(colour: tuple[int, int, int]) -> str:
    """The nearest of a few colours that everybody knows."""

    def distance(name: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(colour, _NAMED[name], strict=True))

    return min(_NAMED, key=distance)


CHECK = Check("IMG401", "drawn-marks", "IMG", "warn", "data", run)
