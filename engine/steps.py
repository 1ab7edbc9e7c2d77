"""The steps of a run, top to bottom: check, split, compile, train, evaluate, report.

The Python API is in this file: `check`, `run`, `evaluate` and `predict`. The command line is a
thin shell around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.atomic import write_text
from engine.audit.audit import compare_photos, run_checks, waiver_rules
from engine.audit.finding import AuditResult
from engine.audit.output import write_audit
from engine.audit.photos.examiner import open_examiner
from engine.audit.seal import read_seal, seal_path, write_seal
from engine.data.images import read_image
from engine.data.load import load_dataset
from engine.data.split_csv import read_split_csv, split_rows, write_split_csv
from engine.errors import DataRefused, DltrainError, RunFailed, UnreadableImage, UsageError
from engine.evaluate.ledger import record_opening
from engine.observer import Observer, Silence
from engine.phrasing import counted
from engine.quiet import import_tensorflow
from engine.recipe import Recipe, load_recipe
from engine.recipe.places import placed
from engine.recipe.render import render
from engine.records import Dataset, Split, SplitName
from engine.run_life import require_done, run_folder, status_kept
from engine.run_log import LoggedObserver
from engine.rundir import RunFolder, open_run
from engine.tasks.task import find_task, refuse_unsuitable, require_task
from engine.train.cluster import read_cluster
from engine.training import TrainingRecord, train_model

if TYPE_CHECKING:
    from engine.report.report import Report
    from engine.report.unannotated import Unannotated
    from engine.tasks.task import Prediction, Task

RUNS = Path("runs")


@dataclass(frozen=True, slots=True)
class Checked:
    """A data set and what the audit found in it."""

    dataset: Dataset
    audit: AuditResult

    @property
    def refused(self) -> bool:
        """Whether an error stands."""
        return self.audit.count("error") > 0


@dataclass(frozen=True, slots=True)
class UnusablePhoto:
    """A photo that no model could be asked about, and why."""

    reason: DltrainError


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is done. `report` is None on workers other than the chief, which write nothing.

    `notes` are sentences that a reader of the figures must know of the training.
    """

    folder: RunFolder
    report: Report | None
    notes: tuple[str, ...] = ()


def check(recipe: Recipe, observer: Observer | None = None) -> Checked:
    """Reads the recipe's data and audits them, without TensorFlow; no model need be trainable.

    Writes nothing but what it saw of each photo into the user's cache (`DLTRAIN_CACHE`). Photos
    that are shared out stay where the sealed test set has them.

    Raises:
        UsageError: data that cannot be read, or a key of the recipe that does not suit them.
    """
    sealed = read_seal(seal_path(recipe.path))
    with placed(recipe):
        return _check(recipe, observer or Silence(), {photo.sha256: "test" for photo in sealed})


def _check(recipe: Recipe, observer: Observer, pinned: Mapping[str, SplitName]) -> Checked:
    with open_examiner() as examiner:
        with observer.progress("reading photos") as advance:
            dataset = load_dataset(recipe, advance, examiner, pinned)
        refuse_unsuitable(recipe, dataset)
        with observer.progress("comparing photos") as advance:
            audited = compare_photos(recipe, dataset, examiner, advance)
        with observer.progress("checking") as advance:
            return Checked(dataset, run_checks(recipe, audited, advance))


def run(
    recipe: Recipe,
    out: Path = RUNS,
    resume: Path | None = None,
    observer: Observer | None = None,
) -> Finished:
    """Trains the recipe's model and reports on its test set.

    Args:
        recipe: as `load_recipe` gives it.
        out: the folder that holds `<name>/<date-time>/`.
        resume: an interrupted run of the same recipe to go on with.
        observer: who is shown what happens.

    Raises:
        DataRefused: the audit found errors; the run folder says which.
        UsageError: a request that cannot be met, such as a folder that cannot be written.
        Interrupted: a signal stopped the run, which can be resumed.
        RunFailed: anything else that ended it.
    """
    observer = observer or Silence()
    with placed(recipe):
        require_task(recipe.task)
    with run_folder(recipe, out, resume) as folder, status_kept(folder), placed(recipe):
        recipe = recipe.at(folder.source() or recipe.path)
        write_text(folder.recipe, render(recipe))
        observer = LoggedObserver(observer, folder.log)
        checked = _check_again(recipe, folder, observer) if resume else check(recipe, observer)
        write_audit(folder.audit, recipe.name, checked.audit, checked.dataset)
        observer.said(_in_short(checked))
        _require_clean(checked, folder)
        if checked.dataset.problems:
            # Nothing was refused while the audit had photos to tell of; now they are accepted.
            refuse_unsuitable(recipe, replace(checked.dataset, problems=()))
        split = _split(checked.dataset, folder, resuming=resume is not None)
        training = train_model(recipe, split, folder, resume is not None, observer)
        report = None
        if read_cluster().chief:
            deployed = _calibrate(recipe, split, folder, observer)
            report = _open_test_set(
                recipe, deployed, checked, split, folder, training, "run", observer
            )
        return Finished(folder, report, training.notes)


def evaluate(path: Path, observer: Observer | None = None) -> Finished:
    """The report of a finished run again, from its stored model: an opening of the test set.

    Raises:
        UsageError: `path` is no run folder, or not a finished one.
        RunFailed: the data are no longer those of the run.
    """
    observer = observer or Silence()
    folder = open_run(path)
    require_done(folder)
    recipe = load_recipe(folder.recipe)
    recipe = recipe.at(folder.source() or recipe.path)
    with placed(recipe):
        checked = _check_again(recipe, folder, observer)
        split = _split(checked.dataset, folder, resuming=True)
        training = TrainingRecord.read(folder.environment)
        deployed = _deploy(recipe, folder)
        report = _open_test_set(
            recipe, deployed, checked, split, folder, training, "evaluate", observer
        )
    return Finished(folder, report, training.notes)


def predict(
    path: Path, images: Sequence[Path], observer: Observer | None = None
) -> Iterator[tuple[Path, Prediction | UnusablePhoto]]:
    """What a finished run's model says of photos, one after the other.

    A photo that cannot be read, or is smaller than the region of interest, yields why; the
    others go on.

    Raises:
        UsageError: `path` is no finished run.
    """
    observer = observer or Silence()
    folder = open_run(path)
    require_done(folder)
    recipe = load_recipe(folder.recipe, check_paths=False)
    deployed = _deploy(recipe, folder)
    predict_photo = deployed.task.predictor(deployed.model, deployed.deployment)
    for number, image in enumerate(images, start=1):
        said: Prediction | UnusablePhoto
        try:
            photo = read_image(image)
            with observer.progress(f"photo {number} of {len(images)}") as advance:
                said = predict_photo(photo, str(image), advance)
        except (UnreadableImage, UsageError) as error:
            said = UnusablePhoto(error)
        yield image, said


@dataclass(frozen=True, slots=True)
class _Deployed:
    """A stored model and how its task puts photos through it."""

    task: Task
    model: Any
    deployment: Any


def _deploy(recipe: Recipe, folder: RunFolder) -> _Deployed:
    import_tensorflow()
    from engine.kcv import fold_batch_norm
    from engine.train.distribute import prepare_devices
    from engine.train.model_file import load_model

    prepare_devices()
    task = find_task(recipe.task)
    try:
        said = folder.inference.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunFailed(
            "what goes with the model cannot be read",
            where=str(folder.inference),
            received=str(error),
            fix="Copy the whole run folder again, or start a new run",
        ) from error
    return _Deployed(task, fold_batch_norm(load_model(folder.model)), task.load(said))


def _calibrate(recipe: Recipe, split: Split, folder: RunFolder, observer: Observer) -> _Deployed:
    """Chooses the thresholds on validation photos and stores them beside the model."""
    stored = _deploy(recipe, folder)
    with observer.progress("choosing thresholds") as advance:
        chosen = stored.task.calibrate(
            stored.model, stored.deployment, split.validation, recipe, advance
        )
    write_text(folder.inference, stored.task.dump(chosen))
    return replace(stored, deployment=chosen)


def _open_test_set(
    recipe: Recipe,
    deployed: _Deployed,
    checked: Checked,
    split: Split,
    folder: RunFolder,
    training: TrainingRecord,
    command: str,
    observer: Observer,
) -> Report:
    """Counts the opening, measures the stored model on the test set and writes the report."""
    from engine.report.write import write_report

    task, deployment = deployed.task, deployed.deployment
    ledger = folder.path.parent / "test_openings.jsonl"
    if command == "run":
        _seal(recipe, split, observer)
    openings = record_opening(ledger, folder.id, split.test.digest, command)
    with observer.progress("testing") as advance:
        evaluation = task.evaluate(deployed.model, deployment, split.test, advance)
    for note in evaluation.notes:
        observer.said(note)
    return write_report(
        unannotated=_doubts(recipe, deployed, split, observer),
        folder=folder,
        recipe=recipe,
        split=split,
        audit=checked.audit,
        object_declared=checked.dataset.object_declared,
        thresholds=task.thresholds(deployment),
        evaluation=evaluation,
        training=training,
        test_openings=openings,
    )


def _doubts(recipe: Recipe, deployed: _Deployed, split: Split, observer: Observer) -> Unannotated:
    """Training photos that the model doubts; nothing if that is switched off."""
    from engine.report.task_words import words_of_task
    from engine.report.unannotated import CODE, Unannotated, unannotated

    if recipe.checks.get(CODE) == "off":
        return Unannotated()
    with observer.progress("searching training photos") as advance:
        suspects = deployed.task.suspects(deployed.model, deployed.deployment, split.train, advance)
    words = words_of_task(recipe.task).suspects
    found = unannotated(suspects, waiver_rules(recipe), words)
    if found.findings:
        photos = counted(len(found.findings), "training photo")
        observer.said(f"{CODE}: {photos} {words.told}; the report shows them")
    return found


def _check_again(recipe: Recipe, folder: RunFolder, observer: Observer) -> Checked:
    """The audit of a run that goes on: what was shared out stays where the run had it."""
    if not folder.split.is_file():
        return check(recipe, observer)
    return _check(recipe, observer, {row.sha256: row.split for row in read_split_csv(folder.split)})


def _seal(recipe: Recipe, split: Split, observer: Observer) -> None:
    """Records what the recipe is tested on; where that cannot be written it is said, no more."""
    path = seal_path(recipe.path)
    if (recipe.path.parent / "status.json").is_file():
        observer.said(f"the test set is not sealed beside {recipe.path}, the recipe of a run")
        return
    try:
        added = write_seal(path, split.test.samples)
    except OSError as error:
        observer.said(
            f"the test set could not be sealed in {path} ({error.strerror or error}): changes of "
            "it will not be noticed"
        )
        return
    if added:
        observer.said(f"sealed {counted(added, 'test photo')} in {path}")


def _in_short(checked: Checked) -> str:
    parts = ", ".join(
        f"{name} {counted(len(samples), 'photo')} of "
        f"{counted(len({sample.object for sample in samples}), 'object')}"
        for name, samples in checked.dataset.parts().items()
    )
    audit = checked.audit
    found = f"{counted(audit.count('error'), 'error')}, {counted(audit.count('warn'), 'warning')}"
    return f"{parts}; audit: {found}, {len(audit.waived)} waived"


def _require_clean(checked: Checked, folder: RunFolder) -> None:
    if not checked.refused:
        return
    errors = [finding for finding in checked.audit.findings if finding.severity == "error"]
    codes = ", ".join(sorted({finding.code for finding in errors}))
    raise DataRefused(
        f"the data were refused: {counted(len(errors), 'error')} ({codes})",
        where=str(folder.audit / "audit.html"),
        received=f"first: {errors[0].code} {errors[0].message}",
        fix="Mend the data, or waive a finding with a reason; `dltrain explain CODE` says how",
    )


def _require_photos(dataset: Dataset, folder: RunFolder) -> None:
    """Whatever the recipe lowers: without photos there is nothing to train or to report on."""
    empty = [name for name, samples in dataset.parts().items() if not samples]
    if empty:
        raise DataRefused(
            f"no photo is left for {' and '.join(empty)}",
            where=str(folder.audit / "audit.html"),
            received=f"{counted(len(dataset.problems), 'photo')} that cannot be used",
            allowed="at least one photo each for training, validation and test",
            fix="Mend the photos that the audit names, or add others",
        )


def _split(dataset: Dataset, folder: RunFolder, resuming: bool) -> Split:
    """The verified split; a run that goes on must have the very photos that it began with."""
    _require_photos(dataset, folder)
    split = Split.of(dataset)
    if not resuming or not folder.split.is_file():
        write_split_csv(split, folder.split)
        return split
    stored, now = set(read_split_csv(folder.split)), set(split_rows(split))
    if stored != now:
        example = min(stored ^ now, key=lambda row: row.image)
        raise RunFailed(
            "the data are no longer those of the run",
            where=str(folder.split),
            received=f"{counted(len(stored ^ now), 'difference')}, the first at {example.image}",
            allowed="the same photos in the same parts",
            fix="Restore the photos, or start a new run",
        )
    return split
