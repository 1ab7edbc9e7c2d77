"""Fields are neither learnt nor measured: nobody can read them, or nothing is left of their texts.

What it does
------------
Counts, part by part, the fields that are annotated as not to be read (`###`, or so marked in the
file), and for each class the texts of which its `skip` leaves nothing, with the first of them. It
is a warning where that is more than a fifth of a part, else advice.

Why it matters
--------------
Such a field is neither text nor background: it is not learnt, and the report does not count it,
however it is read. That is right where nobody can read it. Where most of the test set is of that
kind the figures are those of the rest, which was easier to read; and a `skip` that empties texts is
mostly a mistake of the recipe.

How to mend it
--------------
Annotate what can be read, and take sharper or larger photos of what cannot. Where texts are
emptied, correct `skip` or `characters` of the class; annotate as `###` what is not to be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation, Severity
from engine.audit.texts import illegible_on, skipped_on, texts_of
from engine.phrasing import counted, first_few, quoted
from engine.records import BoxAnnotation, Sample, SplitName

MOST_SHARE = 0.2
SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Count:
    """Fields of a part that are passed over, and all that there are."""

    ignored: int
    fields: int


Counts = Mapping[SplitName, _Count]


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for the fields that cannot be read, and one for each class with `skip`."""
    fields, parts = audited.settings.text_fields, audited.dataset.parts()
    if not fields:
        return
    counts: Counts = {
        part: _Count(sum(map(illegible_on, samples)), sum(map(_fields_on, samples)))
        for part, samples in parts.items()
    }
    if any(count.ignored for count in counts.values()):
        yield _illegible(audited, counts)
    for index in range(len(fields)):
        emptied = {
            part: [t for s in own for t in skipped_on(s, index)] for part, own in parts.items()
        }
        if any(emptied.values()):
            left = {part: sum(len(texts_of(s, index)) for s in own) for part, own in parts.items()}
            own = {p: _Count(len(each), len(each) + left[p]) for p, each in emptied.items()}
            yield _skipped(audited, index, own)


def _fields_on(sample: Sample) -> int:
    annotation = sample.annotation
    return len(annotation.class_indices) if isinstance(annotation, BoxAnnotation) else 0


def _illegible(audited: Audited, counts: Counts) -> Observation:
    total = sum(count.ignored for count in counts.values())
    are = "field is" if total == 1 else "fields are"
    return Observation(
        samples=tuple(each.id for each in audited.samples if illegible_on(each)),
        message=f"{total} {are} annotated as not to be read (###), so neither learnt nor "
        f"measured: {_part_by_part(counts)}",
        evidence={"why": "not to be read", "parts": _as_json(counts)},
        fix="Annotate what can be read; sharper or larger photos make more of it readable",
        severity=_severity(counts),
    )


def _skipped(audited: Audited, index: int, counts: Counts) -> Observation:
    name = audited.dataset.class_names[index]
    texts = [text for sample in audited.samples for text in skipped_on(sample, index)]
    different = list(dict.fromkeys(texts))
    return Observation(
        samples=tuple(each.id for each in audited.samples if skipped_on(each, index)),
        message=f"`skip` leaves nothing of {counted(len(texts), 'text')} of {name!r}, so neither "
        f"learnt nor measured: {_part_by_part(counts)}; "
        f"{first_few([quoted(text) for text in different], SHOWN)}",
        evidence={
            "why": "skipped away",
            "class": name,
            "parts": _as_json(counts),
            "texts": different[:SHOWN],
        },
        fix=f"Correct skip or characters of classes.{name}, or annotate the texts as ###",
        severity=_severity(counts),
    )


def _part_by_part(counts: Counts) -> str:
    return ", ".join(f"{each.ignored} of {each.fields} in {part}" for part, each in counts.items())


def _as_json(counts: Counts) -> dict[str, object]:
    return {part: {"ignored": each.ignored, "fields": each.fields} for part, each in counts.items()}


def _severity(counts: Counts) -> Severity:
    much = any(each.ignored > MOST_SHARE * each.fields for each in counts.values())
    return "warn" if much else "advice"


CHECK = Check("ANN312", "ignored-texts", "ANN", "warn", "data", run, ("ocr",))
