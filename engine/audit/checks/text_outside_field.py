"""A text holds what its field cannot hold.

What it does
------------
Reports each annotated text with a character that is not among its class's `characters`, and each
that does not match the class's `pattern` as a whole; texts are taken as `ignore_case` and `skip`
have them. Where a look-alike would match (`0` for `O`, `1` for `I`, `8` for `B` and so on), it says
which. Also reports texts that cannot be read at all: right-to-left script, and accents that are
characters of their own.

Why it matters
--------------
What a field cannot hold is never read, so such a photo teaches that something else stands there;
in the test set it counts as wrong, however well the model reads. Mostly it is a typing error of the
annotator: the very mistake that a reader of codes must not learn.

How to mend it
--------------
Look at the photo and correct the text. If the text is right, widen `characters` or `pattern` in the
recipe; state `ignore_case: true` where upper and lower case are the same, and `skip` for characters
that need not be read, such as blanks and hyphens. A text that nobody can read is annotated as
illegible (`###`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.lookalike_text import meant_instead
from engine.data.boxes.geometry import bounds_xywh
from engine.phrasing import counted
from engine.recipe.characters import unreadable
from engine.records import IGNORE, BoxAnnotation, Sample
from engine.text.case import upper
from engine.text.field import OTHERS, TextField

SHOWN = 10


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each photo with such texts."""
    if not audited.settings.text_fields:
        return
    for sample in audited.samples:
        if isinstance(sample.annotation, BoxAnnotation) and sample.annotation.texts is not None:
            yield from _of_photo(audited, sample, sample.annotation, sample.annotation.texts)


def _of_photo(
    audited: Audited, sample: Sample, annotation: BoxAnnotation, texts: tuple[str, ...]
) -> Iterator[Observation]:
    names, fields = audited.dataset.class_names, audited.settings.text_fields
    wrong: list[tuple[int, str]] = []
    for at, (index, text) in enumerate(zip(annotation.class_indices.tolist(), texts, strict=True)):
        said = None if index == IGNORE else fault(text, fields[index])
        if said is not None:
            wrong.append((at, f"the text {text!r} of {names[index]!r} {said}"))
    if wrong:
        at = wrong[0][0]
        more = f" (and {counted(len(wrong) - 1, 'more text')})" if len(wrong) > 1 else ""
        yield Observation(
            samples=(sample.id,),
            message=f"{wrong[0][1]}{more}",
            evidence={
                "texts": [texts[at] for at, _ in wrong[:SHOWN]],
                "boxes": [
                    {"bbox_xywh": list(bounds_xywh(annotation.corners[at]))}
                    for at, _ in wrong[:SHOWN]
                ],
            },
            fix=_fix(texts[at], fields[annotation.class_indices[at]]),
        )


def fault(text: str, field: TextField) -> str | None:
    """What is wrong with a text of a field, as it is read; None where it fits."""
    never = unreadable(text)
    if never is not None:
        return f"cannot be read: {never.removesuffix('.')}"
    known = field.characters
    if (known is None and field.pattern is None) or field.fits(text):
        return None
    strange = [each for each in text if known is not None and each not in known]
    listed = ", ".join(repr(each) for each in dict.fromkeys(strange))
    said = f"holds {listed}" if strange else f"does not match the pattern {field.pattern!r}"
    meant = meant_instead(text, field)
    return f"{said}; did you mean {meant!r}?" if meant else said


def _fix(text: str, field: TextField) -> str:
    """What to do about a text; a key of the recipe that would make it fit goes first."""
    cased = replace(
        field, ignore_case=True, characters=field.characters and upper(field.characters)
    )
    spared = "".join(sorted({each for each in text if not each.isalnum()}))
    skipping = replace(field, skip=f"{field.skip or ''}{spared}") if field.skip != OTHERS else field
    if unreadable(text):
        return "Annotate it as ###, or leave the photo out with `exclude`"
    if cased.fits(cased.normalise(text)):
        return "Correct the text, or state ignore_case: true if upper and lower case are the same"
    if spared and skipping.fits(skipping.normalise(text)):
        return f"Correct the text, or state skip: {spared!r} if that need not be read"
    return "Correct the text, or widen characters or pattern in the recipe"


CHECK = Check("ANN308", "text-outside-field", "ANN", "error", "data", run)
