"""A text holds what its field cannot hold.

What it does
------------
Reports each annotated text with a character that is not among its class's `characters`, and each
that does not match the class's `pattern` as a whole; texts are taken as `ignore_case` and `skip`
have them. Where a look-alike would match (`0` for `O`, `1` for `I`, `8` for `B` and so on), it says
which. Also reports texts that cannot be read at all: right-to-left script, and accents that are
characters of their own. Where nearly all texts of a class do not fit, they are told as one, with
the first of them: then the class is wrong in the recipe, not its texts.

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

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.lookalike_text import meant_instead
from engine.audit.texts import texts_in
from engine.data.boxes.geometry import bounds_xywh
from engine.phrasing import counted, first_few, quoted
from engine.recipe.characters import unreadable
from engine.records import IGNORE, BoxAnnotation, Sample
from engine.text.case import upper
from engine.text.field import OTHERS, TextField

SHOWN = 10
FEWEST_WRONG, NEARLY_ALL = 5, 0.8
"""So many texts, and such a share of all of a class, make the class the likelier mistake."""


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A text that does not fit."""

    sample: Sample
    class_index: int
    text: str
    said: str
    bbox_xywh: tuple[int, int, int, int]


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each class that next to nothing fits, and each photo with other texts."""
    fields, names = audited.settings.text_fields, audited.dataset.class_names
    if not fields:
        return
    wrong = [each for sample in audited.samples for each in _of_photo(sample, fields)]
    by_class: dict[int, list[_Wrong]] = defaultdict(list)
    for each in wrong:
        by_class[each.class_index].append(each)
    strange: set[int] = set()
    for index, own in by_class.items():
        total = texts_in(audited.samples, index).total()
        if len(own) >= max(FEWEST_WRONG, NEARLY_ALL * total):
            strange.add(index)
            yield _of_class(own, total, names[index], fields[index])
    by_photo: dict[str, list[_Wrong]] = defaultdict(list)
    for each in wrong:
        if each.class_index not in strange:
            by_photo[each.sample.id].append(each)
    for own in by_photo.values():
        yield _observation(own, names, fields)


def _of_photo(sample: Sample, fields: Sequence[TextField]) -> Iterator[_Wrong]:
    annotation = sample.annotation
    if not isinstance(annotation, BoxAnnotation) or annotation.texts is None:
        return
    classes = annotation.class_indices.tolist()
    for at, (index, text) in enumerate(zip(classes, annotation.texts, strict=True)):
        said = None if index == IGNORE else fault(text, fields[index])
        if said is not None:
            yield _Wrong(sample, index, text, said, bounds_xywh(annotation.corners[at]))


def _observation(
    wrong: Sequence[_Wrong], names: Sequence[str], fields: Sequence[TextField]
) -> Observation:
    """What is said of a photo."""
    first = wrong[0]
    more = f" (and {counted(len(wrong) - 1, 'more text')})" if len(wrong) > 1 else ""
    return Observation(
        samples=(first.sample.id,),
        message=f"the text {quoted(first.text)} of {names[first.class_index]!r} {first.said}{more}",
        evidence={
            "texts": [each.text for each in wrong[:SHOWN]],
            "boxes": [{"bbox_xywh": list(each.bbox_xywh)} for each in wrong[:SHOWN]],
        },
        fix=_fix(first.text, fields[first.class_index]),
    )


def _of_class(wrong: Sequence[_Wrong], total: int, name: str, field: TextField) -> Observation:
    """What is said of a class that nearly none of its texts fits."""
    which = f"all {total}" if len(wrong) == total else f"{len(wrong)} of {total}"
    texts = first_few([quoted(text) for text in dict.fromkeys(each.text for each in wrong)], 3)
    regions = [
        {"sample": each.sample.id, "bbox_xywh": list(each.bbox_xywh)} for each in wrong[:SHOWN]
    ]
    keys = [
        key
        for key, value in (("characters", field.characters), ("pattern", field.pattern))
        if value is not None
    ]
    fixes = {_fix(each.text, field) for each in wrong}
    asked = f"is `{'` or `'.join(keys)}` of the class wrong?" if keys else "mend these first"
    return Observation(
        samples=tuple(dict.fromkeys(each.sample.id for each in wrong)),
        message=f"{which} texts of {name!r} do not fit it: {texts}; the first {wrong[0].said}; "
        f"{asked}",
        evidence={
            "class": name,
            "total": total,
            "wrong": len(wrong),
            "texts": [each.text for each in wrong[:SHOWN]],
            "kinds": [{"kind": "the first of them", "regions": regions}],
        },
        fix=fixes.pop() if len(fixes) == 1 else f"Correct classes.{name} in the recipe",
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
    listed = first_few([repr(each) for each in dict.fromkeys(strange)], SHOWN)
    said = f"holds {listed}" if strange else f"does not match the pattern {field.pattern!r}"
    meant = meant_instead(text, field)
    differs = meant is not None and quoted(meant) != quoted(text)  # where both are cut
    return f"{said}; did you mean {quoted(meant)}?" if meant and differs else said


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


CHECK = Check("ANN308", "text-outside-field", "ANN", "error", "data", run, ("ocr",))
