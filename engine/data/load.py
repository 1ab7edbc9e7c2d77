"""A recipe's data as a data set: reads every source, names the objects, shares out.

This is the door: the only place in `engine.data` that looks at a recipe.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from engine.data.copies import share_an_object
from engine.data.images import IMAGE_SUFFIXES
from engine.data.objects import objects_by_pattern, objects_by_table, read_object_table
from engine.data.probe import Decoding, Probe
from engine.data.readers import Format, LabelTable, Progress, Reading, ReadRequest, formats
from engine.data.root import split_folders
from engine.data.share_good import share_out_good
from engine.data.source import PhotoSource, require_folder
from engine.data.split import share_out
from engine.data.texts import as_read, lacks_texts
from engine.data.verdicts.kinds import kinds_found
from engine.data.verdicts.verdict import verdict_of_mask
from engine.data.view import View
from engine.errors import UsageError
from engine.phrasing import counted
from engine.recipe.good_place import add_good
from engine.recipe.metrics import ORIENTED
from engine.recipe.schema import ObjectRegex, ObjectTable, Recipe, Source
from engine.recipe.schema.recipe import DEFAULT_VALIDATION
from engine.recipe.text_fields import text_fields
from engine.recipe.units import Share
from engine.recipe.wording import did_you_mean
from engine.records import (
    SPLIT_NAMES,
    Dataset,
    MaskAnnotation,
    ReadProblem,
    Sample,
    SplitName,
)


@dataclass(frozen=True, slots=True)
class _Part:
    """What was read for one part of the data; ids start at the folder of all sources."""

    samples: tuple[Sample, ...]
    problems: tuple[ReadProblem, ...]


def load_dataset(
    recipe: Recipe,
    progress: Progress | None = None,
    probe: Probe | None = None,
    pinned: Mapping[str, SplitName] | None = None,
) -> Dataset:
    """Reads everything that a recipe's `data` names.

    Photos that cannot be used are told as problems of the data set and left out of its parts.

    Args:
        recipe: a checked recipe.
        progress: called with (photos done, photos found so far).
        probe: whom readers ask what the pixels of a file are; decodes them all where None.
        pinned: where photos are shared out, the part that a file, by its SHA-256, stays in.

    Raises:
        UsageError: when a source is missing, unreadable or without any photo, when the format is
            unknown or serves another task, or when there are too few objects to share out.
    """
    reader = _format(recipe)
    sources = _sources(recipe, reader.label_folders)
    folder = Path(os.path.commonpath([source.folder for source in sources.values()]))
    labels = label_table(recipe)
    if not labels.class_names:
        names = kinds_found(reader, sources.values(), recipe.data.good)
        labels = LabelTable(names, tuple((name,) for name in names), tuple(recipe.ignore))
    parts = _read_all(recipe, reader, sources, labels, folder, progress, probe or Decoding())
    problems = _all_problems(parts.values())
    _require_something_to_judge(parts.values(), problems)
    read = {name: part.samples for name, part in parts.items()}
    try:
        shared = _share_out(recipe, read, len(labels.class_names), pinned or {})
    except UsageError:
        if not problems:
            raise
        # Too few are left to share out; the problems say why, and without a split nothing runs.
        shared = {"train": read.get("pool", read.get("train", ()))}
    for name in SPLIT_NAMES:
        if not shared.get(name) and not problems:
            raise _no_part(name, recipe)
    return Dataset(
        class_names=labels.class_names,
        train=shared.get("train", ()),
        validation=shared.get("validation", ()),
        test=shared.get("test", ()),
        problems=problems,
        folder=folder,
        object_declared=recipe.data.object != "image",
    )


def label_table(recipe: Recipe) -> LabelTable:
    """The recipe's classes as readers take them."""
    return LabelTable(
        tuple(recipe.classes),
        tuple(tuple(spec.labels) for spec in recipe.classes.values()),
        tuple(recipe.ignore),
    )


def _format(recipe: Recipe) -> Format:
    name, known = recipe.data.format, formats()
    if name not in known:
        raise UsageError(
            "the annotation format is unknown",
            where="data.format",
            received=name,
            allowed=", ".join(known),
            fix=did_you_mean(name, known) or "`dltrain formats` describes each",
        )
    if recipe.task not in known[name].tasks:
        serving = [each.name for each in known.values() if recipe.task in each.tasks]
        raise UsageError(
            f"this format holds no annotations for {recipe.task}",
            where="data.format",
            received=name,
            allowed=", ".join(serving) or f"no format of this version serves {recipe.task}",
            fix=f"It serves {', '.join(known[name].tasks)}; `dltrain formats` describes each",
        )
    return known[name]


def _sources(recipe: Recipe, label_folders: tuple[str, ...]) -> dict[str, PhotoSource]:
    """The sources by the part that they feed: train, validation, test or pool."""
    data = recipe.data
    found: dict[str, PhotoSource] = {}
    if data.root is not None:
        found |= split_folders(_source("data.root", data.root), label_folders=label_folders)
    for name, value in (
        ("train", data.train),
        ("pool", data.pool),
        ("validation", data.validation),
        ("test", data.test),
    ):
        if isinstance(value, Source):
            found[name] = _source(f"data.{name}", value)
        elif isinstance(value, Share):
            found.pop(name, None)
    return found


def _source(key: str, source: Source) -> PhotoSource:
    folder = source.images or source.path
    if folder is None:
        raise UsageError("the source names no photos", where=key, allowed="path, images or list")
    require_folder(folder, key=key)
    return PhotoSource(key, folder, source.labels, source.list, source.include, source.exclude)


def _read_all(
    recipe: Recipe,
    reader: Format,
    sources: Mapping[str, PhotoSource],
    labels: LabelTable,
    folder: Path,
    progress: Progress | None,
    probe: Probe,
) -> dict[str, _Part]:
    parts: dict[str, _Part] = {}
    before = 0
    for name, source in sources.items():
        last = before

        def step(done: int, total: int, offset: int = before) -> None:
            nonlocal last
            last = offset + total
            if progress is not None:
                progress(offset + done, offset + total)

        request = ReadRequest(
            source,
            labels,
            recipe.task in ORIENTED,
            recipe.data.unlabelled,
            step,
            probe,
            recipe.data.good,
        )
        reading = reader.read(request)
        if not reading.samples and not any(_is_about_photo(each) for each in reading.problems):
            raise _no_photos(source.key, f"no photo was found in {source.folder}", reading.problems)
        parts[name] = _named(reading, source, folder, recipe)
        before = last
    return parts


def _named(reading: Reading, source: PhotoSource, folder: Path, recipe: Recipe) -> _Part:
    """The reading with ids that start at `folder`, and objects."""
    relatives = [sample.id for sample in reading.samples]
    objects = _objects(relatives, source, folder, recipe)
    nameless = sorted(relative for relative, name in objects.items() if name is None)
    if nameless:
        raise _no_object(nameless, len(objects), source, recipe.data.object)
    samples = [
        replace(sample, id=_id(sample.id, source, folder), object=str(objects[sample.id]))
        for sample in reading.samples
    ]
    if recipe.data.object == "image":
        samples = share_an_object(samples)
    problems = [_placed(each, source, folder) for each in reading.problems]
    fields = text_fields(recipe)
    if fields:
        textless = {each.id: problem for each in samples if (problem := lacks_texts(each))}
        problems += textless.values()
        samples = [as_read(each, fields) for each in samples if each.id not in textless]
    if recipe.task == "anomaly_detection":
        samples = [_judged(sample) for sample in samples]
    reasons = {sample.id: _nothing_to_judge(sample, recipe) for sample in samples}
    problems += [
        ReadProblem("nothing_to_judge", name, reason) for name, reason in reasons.items() if reason
    ]
    usable = tuple(sample for sample in samples if reasons[sample.id] is None)
    return _Part(usable, tuple(problems))


def _judged(sample: Sample) -> Sample:
    """The photo with its verdict, where a format of masks has read it."""
    if not isinstance(sample.annotation, MaskAnnotation):
        return sample
    return replace(sample, annotation=verdict_of_mask(sample.annotation))


def _all_problems(parts: Iterable[_Part]) -> tuple[ReadProblem, ...]:
    """Each problem once: parts may share a folder of annotations."""
    problems = (problem for part in parts for problem in part.problems)
    told = {(each.kind, each.sample, each.message): each for each in problems}
    return tuple(told.values())


def _require_something_to_judge(parts: Iterable[_Part], problems: Sequence[ReadProblem]) -> None:
    """A frame or margin that leaves nothing of any photo is a mistake of the recipe."""
    nothing_left = not any(part.samples for part in parts)
    alike = all(problem.kind == "nothing_to_judge" for problem in problems)
    if problems and nothing_left and alike:
        raise UsageError(
            problems[0].message,
            where="input.roi, margins.edge",
            received=f"{problems[0].sample}, and all other photos alike",
            fix="Correct them in the recipe",
        )


def _nothing_to_judge(sample: Sample, recipe: Recipe) -> str | None:
    """Why nothing of a photo can be judged; None where it can."""
    roi, edge = recipe.input.roi_xywh, recipe.margins.edge
    view = View(roi_xywh=roi)
    photo = f"the photo of {sample.size_hw[1]}x{sample.size_hw[0]} px"
    if not view.lies_on(sample.size_hw):
        return f"input.roi {list(roi or ())} leaves {photo}"
    frame_hw = view.frame_hw(sample.size_hw)
    if min(frame_hw) <= 2 * edge.to_px(frame_hw):
        shown = "input.roi" if roi else photo
        return f"the margin of {edge} (margins.edge) leaves nothing of {shown}"
    return None


def _placed(problem: ReadProblem, source: PhotoSource, folder: Path) -> ReadProblem:
    """The problem with its photo and its annotation's file relative to `folder`."""
    evidence = dict(problem.evidence)
    for key in ("mask", "annotation"):
        if key in evidence:
            evidence[key] = _id(str(evidence[key]), source, folder)
    return replace(problem, sample=_id(problem.sample, source, folder), evidence=evidence)


def _id(relative: str, source: PhotoSource, folder: Path) -> str:
    return Path(os.path.relpath(source.folder / relative, folder)).as_posix()


def _objects(
    relatives: Sequence[str], source: PhotoSource, folder: Path, recipe: Recipe
) -> Mapping[str, str | None]:
    rule = recipe.data.object
    if isinstance(rule, ObjectRegex):
        return objects_by_pattern(relatives, rule.pattern)
    if isinstance(rule, ObjectTable):
        rows = read_object_table(rule.table, rule.image, rule.object)
        return objects_by_table(relatives, source.folder, rows)
    return {relative: _id(relative, source, folder) for relative in relatives}


def _no_object(
    nameless: Sequence[str], total: int, source: PhotoSource, rule: ObjectRegex | ObjectTable | str
) -> UsageError:
    few = len(nameless)
    shown = ", ".join(nameless[:5]) + (", ..." if few > 5 else "")
    if isinstance(rule, ObjectTable):
        message = f"the table {rule.table.name} has no row for {few} of {counted(total, 'photo')}"
        fix = "Add the rows, or leave the photos out with `exclude`"
    else:
        pattern = rule.pattern if isinstance(rule, ObjectRegex) else rule
        message = f"the pattern {pattern!r} finds no object in {few} of {counted(total, 'path')}"
        fix = "Correct the pattern, or leave the photos out with `exclude`"
    return UsageError(message, where=f"data.object ({source.key})", received=shown, fix=fix)


def _share_out(
    recipe: Recipe,
    parts: Mapping[str, tuple[Sample, ...]],
    class_count: int,
    pinned: Mapping[str, SplitName],
) -> dict[SplitName, tuple[Sample, ...]]:
    """The parts, with what a share asks for taken out of the pool or of training."""
    result: dict[SplitName, tuple[Sample, ...]] = {
        name: parts[name] for name in SPLIT_NAMES if name in parts
    }
    alone = recipe.task == "anomaly_detection"
    wishes: dict[SplitName, object] = {
        "validation": recipe.data.validation,
        "test": recipe.data.test,
    }
    if alone and recipe.data.validation is None and "validation" not in parts:
        wishes["validation"] = DEFAULT_VALIDATION  # a root without a folder for it
    shares = {name: wish.fraction for name, wish in wishes.items() if isinstance(wish, Share)}
    pool = parts.get("pool", parts.get("train", ()))
    if shares and pool:
        deal = partial(share_out_good, add_good=add_good(recipe.data, "train"))
        result.update(
            (deal if alone else share_out)(pool, shares, recipe.train.seed, class_count, pinned)
        )
    elif "pool" in parts:
        result["train"] = pool
    return result


def _is_about_photo(problem: ReadProblem) -> bool:
    """Whether it tells of a photo, not of a link to a folder or another entry of some kind."""
    return PurePosixPath(problem.sample).suffix.lower() in IMAGE_SUFFIXES


def _no_part(name: SplitName, recipe: Recipe) -> UsageError:
    """That a part of the split has no photo; of a root, which folder is missing."""
    root, key = recipe.data.root, f"data.{name}"
    if root is None or getattr(recipe.data, name) is not None:
        return _no_photos(key, "the data hold no photo for it")
    return UsageError(
        f"the folder has no {name}/",
        where="data.root",
        received=str(root.images or root.path),
        allowed="at least one photo each for training, validation and test",
        fix=f"Add the folder {name}/, with photos, beside the one for training"
        + (f", or state {key} as a share of it: 20 %" if name == "validation" else ""),
    )


def _no_photos(where: str, message: str, passed_over: Sequence[ReadProblem] = ()) -> UsageError:
    first = next(iter(passed_over), None)
    return UsageError(
        message,
        where=where,
        received=f"{first.sample}: {first.message}" if first else None,
        allowed="at least one photo each for training, validation and test",
        fix="Correct the path, the list or the patterns in the recipe, or add photos",
    )
