"""A class has no example in a part of the split.

What it does
------------
Counts the objects that show each class of the recipe in training, validation and test, and
reports each part in which a class has none. A box whose middle lies in `margins.edge`, or outside
of `input.roi`, is no example: it is neither learnt from nor measured with the rest.
Where anomalies are detected, only good parts are needed to learn and to choose thresholds: it
reports training or validation without any, and warns of a test set without good parts, without
defects, or without a kind of defect that the data have.

Why it matters
--------------
Without examples in training a class cannot be learnt; without examples in validation its
threshold cannot be chosen; without examples in test the report says nothing about it, and a class
that nobody measured would be signed off.

How to mend it
--------------
Add photos of the class, of at least three different objects. If they are there, state the label
that they carry with `classes.<name>.labels`. If the parts are shared out by the tool, three
objects are enough to have the class in each. If texts are there and ignored, as `skip` leaves
nothing of them or nobody can read them, it says so. If all its boxes lie in the margin, lower
`margins.edge`, or photograph the things further from the edge.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation, Severity
from engine.audit.texts import illegible_on, skipped_on
from engine.phrasing import counted, first_few, quoted
from engine.records import BoxAnnotation, Sample, SplitName

_CONSEQUENCE = {
    "train": "it cannot be learnt",
    "validation": "its threshold cannot be chosen",
    "test": "the report could say nothing about it",
}


FROM_MARGIN = "Lower margins.edge, correct input.roi, or photograph it further from the edge"


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each class and part without an object that shows it."""
    if audited.settings.learns_good:
        yield from _of_good_and_bad(audited)
        return
    parts, left_out = audited.dataset.parts(), _left_out(audited)
    for index, name in enumerate(audited.dataset.class_names):
        objects = {part: _objects(audited, samples, index) for part, samples in parts.items()}
        for part, count in objects.items():
            if count == 0:
                in_margin = any(index in sample.classes for sample in parts[part])
                where = " away from the margin" if in_margin else ""
                ignored = _ignored(audited, parts[part], index)
                said, remedy = ignored or (left_out, _fix(name, sum(objects.values())))
                yield Observation(
                    samples=(),
                    message=f"the class {name!r} has no example in {part}{where}: "
                    f"{_CONSEQUENCE[part]}{'' if in_margin else said}",
                    evidence={"class": name, "split": part, "objects": dict(objects)},
                    fix=FROM_MARGIN if in_margin else remedy,
                )


def _ignored(audited: Audited, samples: tuple[Sample, ...], index: int) -> tuple[str, str] | None:
    """That a part's texts are there and ignored, and what to do; None where none is."""
    if not audited.settings.text_fields:
        return None
    emptied = [text for sample in samples for text in skipped_on(sample, index)]
    illegible = sum(map(illegible_on, samples))
    name = audited.dataset.class_names[index]
    if emptied:
        which = first_few([quoted(text) for text in dict.fromkeys(emptied)])
        said = f" (its `skip` leaves nothing of {counted(len(emptied), 'text')}: {which})"
        return said, f"Correct skip or characters of classes.{name}"
    if illegible:
        are = "field is" if illegible == 1 else "fields are"
        return (
            f" ({illegible} {are} annotated as not to be read)",
            "Annotate texts that can be read",
        )
    return None


_GOOD_NEEDED: tuple[tuple[SplitName, str, Severity], ...] = (
    ("train", "what is good cannot be learnt", "error"),
    ("validation", "no threshold can be chosen", "error"),
    ("test", "overkill and AUROC cannot be measured", "warn"),
)


def _of_good_and_bad(audited: Audited) -> Iterator[Observation]:
    """Parts without good photos, and defects that are not tested on."""
    parts, left_out = audited.dataset.parts(), _left_out(audited)
    good = {name: len({s.object for s in part if s.is_good}) for name, part in parts.items()}
    for part, consequence, severity in _GOOD_NEEDED:
        if good[part] == 0:
            yield Observation(
                samples=(),
                message=f"no good part in {part}: {consequence}{left_out}",
                evidence={"class": "good", "split": part, "objects": good},
                fix=audited.settings.add_good.get(part, f"Add photos of good parts to {part}"),
                severity=severity,
            )
    names = audited.dataset.class_names
    tested = {index for sample in audited.dataset.test for index in sample.classes}
    untested = [name for index, name in enumerate(names) if index not in tested]
    said = [(f"no photo of {name!r} in test: how often it escapes", name) for name in untested]
    if not tested:
        said = [("no defect in test: escapes and AUROC", "any defect")]
    for words, name in said:
        yield Observation(
            samples=(),
            message=f"{words} cannot be measured{left_out}",
            evidence={"class": name, "split": "test"},
            fix="Add photos of it to test; a few different objects are a beginning",
            severity="warn",
        )


def _objects(audited: Audited, samples: tuple[Sample, ...], class_index: int) -> int:
    return len({sample.object for sample in samples if _shows(audited, sample, class_index)})


def _shows(audited: Audited, sample: Sample, class_index: int) -> bool:
    """Whether a photo has an example of a class; of boxes one whose middle is inspected."""
    if not isinstance(sample.annotation, BoxAnnotation):
        return class_index in sample.classes
    boxes = audited.edge_boxes(sample)
    return bool((boxes.inspected & (boxes.classes == class_index)).any())


def _left_out(audited: Audited) -> str:
    """That photos could not be used, which may be why; an annotation without a photo is none."""
    problems = audited.dataset.problems
    count = len({each.sample for each in problems if not each.evidence.get("orphan")})
    if not count:
        return ""
    words = "photo that cannot be used is", "photos that cannot be used are"
    return f" ({counted(count, *words)} left out and may be why: mend these first)"


def _fix(name: str, total: int) -> str:
    if total == 0:
        return f"Add annotated photos, or state their label with classes.{name}.labels"
    needed = counted(max(1, 3 - total), "more object")
    return f"Add photos of at least {needed}, or share the objects out anew"


CHECK = Check("DIV203", "class-absent-from-a-split", "DIV", "error", "data", run)
