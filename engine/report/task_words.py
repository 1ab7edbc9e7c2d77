"""What the page says otherwise from one kind of task to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.report.words import Words


@dataclass(frozen=True, slots=True)
class PictureWords:
    """The heading over the figures of one kind, and what they are."""

    kind: str
    title: str
    caption: str


@dataclass(frozen=True, slots=True)
class SuspectWords:
    """How training photos are told of that the model doubts (ANN303).

    Attributes:
        seen: what it sees, with the fields `what`, `x`, `y`, `more` and `score`.
        more: how many places more, with the field `count`.
        fix: what to do.
        sought: what training photos were searched for.
        told: what stands behind their number, one or many.
    """

    seen: str
    more: str
    fix: str
    sought: str
    told: str


_FORGOTTEN = SuspectWords(
    seen="the model sees {what!r} at {x}, {y} px, where nothing is annotated{more} "
    "(sure to {score:.2f})",
    more=", and {count} more",
    fix="Look at the place; annotate it if it is one and train again, or waive this with the "
    "reason why it is none",
    sought="forgotten annotations",
    told="may lack an annotation",
)


@dataclass(frozen=True, slots=True)
class TaskWords:
    """The words of a task.

    Attributes:
        pictures: the kinds of figures that are photos, in the order of the page.
        without_classes: the heading over the metrics that are not of classes.
        metrics: words for metrics that other tasks have too, where this one means something else.
        classes: the heading over the metrics that are of classes.
        one_class: what one of the classes is called.
        together: the row of the figures without a class, where they are of everything together;
            empty where they are the mean over the classes.
        suspects: how training photos are told of that the model doubts.
    """

    pictures: tuple[PictureWords, ...]
    without_classes: str
    metrics: Mapping[str, Words] = field(default_factory=dict)
    classes: str = "By class and region"
    one_class: str = "Class"
    together: str = ""
    suspects: SuspectWords = _FORGOTTEN


def _unannotated(what: str, marks: str) -> PictureWords:
    return PictureWords(
        "unannotated",
        "Training photos that may lack an annotation",
        "Not test photos. The model was trained to call these places background and is sure of "
        f"{what} all the same, as sure as on validation photos it is right in nineteen of twenty "
        f"{marks}. Beside each photo: what is annotated, and what the model sees. It is no part "
        "of the figures above.",
    )


_DEFECTS = TaskWords(
    pictures=(
        PictureWords(
            "miss",
            "Worst misses",
            "Bad photos called good first, then defects that were not marked.",
        ),
        PictureWords(
            "false_alarm",
            "Worst false alarms",
            "Good photos called bad first, then marks where nothing is.",
        ),
        PictureWords(
            "correct",
            "Right ones",
            "Drawn at random from the photos without a miss or a false alarm.",
        ),
        _unannotated("a defect", "marks"),
    ),
    without_classes="Whole photos, by region",
)

_DETECTION = TaskWords(
    pictures=(
        PictureWords(
            "miss",
            "Worst misses",
            "Annotated things without a detection of their class that is as sure as the threshold "
            "and overlaps them by half (IoU 0.5); the photos with most of them first.",
        ),
        PictureWords(
            "false_alarm",
            "Worst false alarms",
            "Detections as sure as the threshold with nothing of their class under them: nothing "
            "is there, the box lies badly (IoU under 0.5), or it is a second one; surest first.",
        ),
        PictureWords(
            "wrong_heading",
            "Wrong headings",
            "Found in the right place, but pointing the wrong way (by more than 90 degrees) or "
            "turned by more than a quarter of the angle after which the class looks the same.",
        ),
        PictureWords(
            "wrong_class", "Wrong classes", "Found in the right place, but taken for another class."
        ),
        PictureWords(
            "correct",
            "Right ones",
            "Drawn at random from the photos on which all was found and nothing is wrong.",
        ),
        _unannotated("a thing", "detections"),
    ),
    without_classes="All classes together, by region",
)

_OCR = TaskWords(
    pictures=(
        PictureWords(
            "misread",
            "Worst misreadings",
            "A wrong text was passed on, the surest first: the line as the reader saw it, what "
            "stands there, and what was read. Red: characters that are wrong, missing or too many.",
        ),
        PictureWords(
            "rejected",
            "Rejected readings",
            "Not passed on, because no text that the field can hold was found (unreadable: shown "
            "is what the network saw) or because the confidence is below the threshold. Those that "
            "were right first, then the surest.",
        ),
        PictureWords(
            "missed_field",
            "Fields that were not located",
            "Annotated fields without a detection of their class that is as sure as the threshold "
            "and overlaps them by half (IoU 0.5); the photos with most of them first.",
        ),
        PictureWords(
            "false_field",
            "Read where no field is",
            "Detections as sure as the threshold with no field of their class under them: nothing "
            "is there, the box lies badly (IoU under 0.5), or it is a second one. Those of which a "
            "text was passed on first.",
        ),
        PictureWords(
            "correct",
            "Right ones",
            "Drawn at random from the photos on which all fields were read right and passed on.",
        ),
        _unannotated("a field", "detections"),
    ),
    without_classes="All classes together, by region",
    metrics={
        "map50": Words(
            "mAP50 of locating",
            "precision averaged over all recalls, whatever is read; from an overlap of 0.5 on",
        ),
        "recall": Words("Fields located", "annotated fields that were located (recall)"),
        "precision": Words(
            "Detections right", "detections that lie on a field of their class (precision)"
        ),
        "flip_rate": Words("Flip rate", "located fields that are taken to be upside down"),
    },
)

_ANOMALIES = TaskWords(
    pictures=(
        PictureWords(
            "miss",
            "Worst misses",
            "Bad photos that were called good, those that score lowest first. Beside each photo: "
            "where the defect is, as far as anybody marked it, and how far each place is from what "
            "good looks like.",
        ),
        PictureWords(
            "false_alarm",
            "Worst false alarms",
            "Good photos that were called bad, those that score highest first, with the places "
            "that are taken for a defect.",
        ),
        PictureWords(
            "correct",
            "Right ones",
            "Drawn at random from the photos that were called what they are.",
        ),
        PictureWords(
            "unannotated",
            "Training photos that look unlike the others",
            "Not test photos. They are in training as good ones, and yet are less like the other "
            "training photos than good validation photos are. A defect among the good ones teaches "
            "the model that it is good. It is no part of the figures above.",
        ),
    ),
    without_classes="All kinds of defect together, by region",
    classes="By kind of defect and region",
    one_class="Kind of defect",
    together="All kinds",
    suspects=SuspectWords(
        seen="looks {what}, most of all at {x}, {y} px{more} (score {score:.2f}; bad from 0.50 on)",
        more=", and at {count} more",
        fix="Look at the photo; move it out of training and train again if it shows a defect, or "
        "waive this with the reason why it is good",
        sought="photos unlike the other good ones",
        told="may show a defect among the good ones",
    ),
)

_OCR_LINES = replace(
    _OCR,
    metrics={
        "exact_match": Words("Read exactly", "lines whose whole text was read right"),
        "cer": Words(
            "Character errors (CER)",
            "characters wrong, missing or too many, per character that stands there",
        ),
        "wrong_read_rate": Words("Wrong-read rate", "lines of which a wrong text was passed on"),
        "reject_rate": Words("Reject rate", "lines of which no text was passed on"),
    },
)

_BY_TASK = {
    "oriented_detection": _DETECTION,
    "detection": _DETECTION,
    "ocr": _OCR,
    "anomaly_detection": _ANOMALIES,
}


def words_of_task(task: str, *, lines: bool = False) -> TaskWords:
    """The words of a kind of task, as a recipe names it; `lines`: photos are lines of text."""
    if task == "ocr" and lines:
        return _OCR_LINES
    return _BY_TASK.get(task, _DEFECTS)
