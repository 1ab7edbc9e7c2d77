"""A text field has characters that no training label shows.

What it does
------------
Lists, for each text field, the characters that it may hold (`characters`, or what its `pattern`
names) and that no training label has, and says which of them no label has at all. A field that
states neither may hold what training shows, so there the characters of validation and test labels
that training lacks are listed. Those that drawn lines teach are told apart from those that no
typeface of the tool has: they are never learnt. It is a warning where validation or test need such
a character, where one is never learnt, and where nothing is drawn (`augment.synthetic: off`); else
it is advice. Also warns of a field all of whose texts are one and the same.

Why it matters
--------------
A character that was never seen in training is read as another one, surely and without a doubt in
its confidence. Drawn lines teach it as fonts have it, which may not be how the printer prints it.
Where no typeface has a character, no line with it is drawn; where all texts of a pattern hold it,
none of the field is. In the test set each text with such a character counts as wrong.
A field that shows one text only may be known by heart: no figure tells whether it is read.

How to mend it
--------------
Photograph objects whose codes hold these characters: a few of each are enough. Leave characters
out of `characters` that the field never holds; I, O and Q are missing from many codes. If the parts
are shared out by the tool, more photos bring rare characters into each part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.texts import characters_of, texts_in, texts_of
from engine.phrasing import first_few, quoted
from engine.records import SplitName
from engine.text.field import TextField

LISTED = 40
"""Characters that a message lists."""

FEWEST_ALIKE = 3
"""Texts that are all the same and more than chance."""

Counts = Mapping[SplitName, Counter[str]]


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each field with such characters."""
    for index, field in enumerate(audited.settings.text_fields):
        counts: Counts = {
            part: _characters(texts_in(samples, index))
            for part, samples in audited.dataset.parts().items()
        }
        yield from _one_text(audited, index)
        if counts["train"]:  # DIV203 reports a class without any
            yield from _of_field(audited, index, field, counts)


def _one_text(audited: Audited, index: int) -> Iterator[Observation]:
    """An observation where all texts of a field are the same."""
    texts = texts_in(audited.samples, index)
    if len(texts) != 1 or texts.total() < FEWEST_ALIKE:
        return
    (text,), name = texts, audited.dataset.class_names[index]
    yield Observation(
        samples=tuple(s.id for s in audited.samples if texts_of(s, index)),
        message=f"the class {name!r} shows one text only: all {texts.total()} labels are "
        f"{quoted(text)}, so nothing tells whether it is read or known by heart",
        evidence={"class": name, "texts": dict(texts)},
        fix="Add photos of objects with other texts, or correct the labels if the objects differ",
    )


def _of_field(
    audited: Audited, index: int, field: TextField, counts: Counts
) -> Iterator[Observation]:
    known = characters_of(field)
    needed = counts["validation"] + counts["test"]
    unseen = sorted(set(needed if known is None else known) - set(counts["train"]))
    missed = [each for each in unseen if each in needed]
    nowhere = [each for each in unseen if each not in needed]
    if not unseen:
        return
    name, drawn = audited.dataset.class_names[index], audited.settings.drawn
    are = "is" if len(unseen) == 1 else "are"
    characters = "character" if len(unseen) == 1 and not known else "characters"
    which = f"{len(unseen)} of {len(known)}" if known else f"{len(unseen)}"
    taught = _drawn(field) if drawn and known else frozenset()
    never = [each for each in unseen if each not in taught]
    so = "never read" if not drawn or not known else _learnt(unseen, never)
    yield Observation(
        samples=tuple(
            sample.id
            for sample in (*audited.dataset.validation, *audited.dataset.test)
            if not set(missed).isdisjoint("".join(texts_of(sample, index)))
        ),
        message=f"{which} {characters} of {name!r} {are} in no training label, so {so}"
        f"{_missed(missed, counts)}{_nowhere(nowhere)}",
        evidence={
            "class": name,
            "not in training": "".join(unseen),
            "in no label": "".join(nowhere),
            "never learnt": "".join(never),
            "in validation or test": {each: needed[each] for each in missed},
            "in training": dict(counts["train"].most_common()),
        },
        fix="Photograph objects that show them, or take those out of characters that the field "
        "never holds",
        severity="warn" if missed or never else "advice",
    )


def _drawn(field: TextField) -> frozenset[str]:
    """The characters that drawn lines show, of a field that states what it may hold."""
    # Typefaces take half a second to import, and few audits ask for them.
    from engine.lettering.able import able_part

    able = able_part(field.automaton(""))
    return frozenset() if able is None else frozenset(able.alphabet)


def _learnt(unseen: list[str], never: list[str]) -> str:
    """How characters are learnt where lines are drawn, but those that are never."""
    if len(never) == len(unseen):
        return "never learnt: no drawn line shows them, as no typeface does"
    but = (
        f", but for those that no typeface has: {first_few([repr(each) for each in never], LISTED)}"
    )
    return f"learnt from drawn lines alone{but if never else ''}"


def _characters(texts: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for text, count in texts.items():
        for character in text:
            found[character] += count
    return found


def _missed(missed: list[str], counts: Counts) -> str:
    if not missed:
        return ""
    each = [
        f"{character!r} ({counts['validation'][character]} in validation, "
        f"{counts['test'][character]} in test)"
        for character in missed
    ]
    return f"; needed are {first_few(each, 10)}"


def _nowhere(nowhere: list[str]) -> str:
    listed = first_few([repr(each) for each in nowhere], LISTED)
    return f"; in no label at all: {listed}" if nowhere else ""


CHECK = Check("DIV206", "unseen-characters", "DIV", "warn", "data", run, ("ocr",))
