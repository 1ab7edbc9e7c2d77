"""The rules that concern several keys of a recipe at once.

They look at the recipe as it was written, not at the checked model, so that they are reported
together with the problems of single keys. What is not well formed is passed over here: its own key
reports it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.recipe.anomaly_rules import broken_anomaly_rules
from engine.recipe.metrics import DETECTION, METRICS, TASKS, Task
from engine.recipe.networks import ARCHITECTURES, BACKBONES, STRIDE
from engine.recipe.nodes import KeyPath
from engine.recipe.units import parse_share, parse_size_hw
from engine.recipe.wording import did_you_mean, refusal

OCR: tuple[Task, ...] = ("ocr",)
ANOMALY: tuple[Task, ...] = ("anomaly_detection",)
MOST_CLASSES = 254

TASK_ONLY: dict[KeyPath, tuple[Task, ...]] = {
    ("classes", "*", "symmetry"): DETECTION,
    ("classes", "*", "characters"): OCR,
    ("classes", "*", "pattern"): OCR,
    ("classes", "*", "ignore_case"): OCR,
    ("classes", "*", "skip"): OCR,
    ("data", "good"): ANOMALY,
    ("margins", "crop"): OCR,
    ("input", "line"): OCR,
    ("model", "locate"): OCR,
    ("augment", "synthetic"): OCR,
    ("augment", "elastic"): ("segmentation",),
}

Broken = tuple[KeyPath, str]


def broken_rules(recipe: Mapping[str, Any]) -> list[Broken]:
    """Each broken rule as the path of the key to blame and a sentence."""
    rules = (
        _classes_given,
        _class_names_differ,
        _labels_differ,
        _keys_of_other_tasks,
        _one_kind_of_source,
        _test_given,
        _shares_leave_training,
        _sources_hold_photos,
        _one_length_of_training,
        _frozen_is_trained,
        _size_and_resize,
        _networks_known,
        _sizes_fit_the_network,
        _metrics_of_task,
        _metrics_of_classes,
        _counts_of_div201,
        _good_and_bad_go_together,
        _texts_go_together,
        _texts_are_not_mirrored,
    )
    return [broken for rule in rules for broken in rule(recipe)]


def _section(parent: Any, key: str) -> Mapping[str, Any]:
    value = parent.get(key) if isinstance(parent, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _given(section: Mapping[str, Any], *keys: str) -> list[str]:
    return [key for key in keys if section.get(key) is not None]


def _classes_given(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    classes, task = recipe.get("classes"), recipe.get("task")
    if not classes and (classes is None or classes == {}) and task != "anomaly_detection":
        yield ("classes",), "no class is given. Name at least one: 'scratch: {}'."
    if isinstance(classes, Mapping) and len(classes) > MOST_CLASSES:
        yield ("classes",), f"{len(classes)} classes are given; at most {MOST_CLASSES} are allowed."


def _class_names_differ(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    seen: dict[str, str] = {}
    for name in _section(recipe, "classes"):
        first = seen.setdefault(name.casefold(), name)
        if first != name:
            yield ("classes", name), f"the class '{first}' differs only in upper and lower case."


def _labels_differ(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    owner: dict[str, str] = {}
    for name, spec in _section(recipe, "classes").items():
        labels = spec.get("labels") if isinstance(spec, Mapping) else None
        written = isinstance(labels, list)
        if written and not labels:
            yield ("classes", name, "labels"), "the list is empty. Name a label, or leave it out."
        for index, label in enumerate(labels if isinstance(labels, list) and labels else [name]):
            path: KeyPath = ("classes", name, "labels", index) if written else ("classes", name)
            first = owner.setdefault(_label_key(label), name)
            if first != name:
                yield path, f"the label {label!r} already means class '{first}'."
    ignored = recipe.get("ignore")
    for index, label in enumerate(ignored if isinstance(ignored, list) else []):
        if _label_key(label) in owner:
            yield (
                ("ignore", index),
                f"the label {label!r} means class '{owner[_label_key(label)]}'; it cannot be "
                "ignored as well.",
            )


def _label_key(label: Any) -> str:
    return str(label).upper() if str(label).startswith("#") else str(label)


def _keys_of_other_tasks(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    task = recipe.get("task")
    if task not in TASKS:
        return
    for pattern, tasks in TASK_ONLY.items():
        if task not in tasks:
            for path in _matching(recipe, pattern):
                yield path, f"not for task {task}. It belongs to: {', '.join(tasks)}."


def _matching(value: Any, pattern: KeyPath) -> Iterator[KeyPath]:
    if not pattern:
        yield from [()] if value is not None else []
    elif isinstance(value, Mapping):
        for key in list(value) if pattern[0] == "*" else [pattern[0]]:
            for rest in _matching(value.get(key), pattern[1:]):
                yield (key, *rest)


def _one_kind_of_source(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    if not isinstance(recipe.get("data"), Mapping):
        return
    given = _given(_section(recipe, "data"), "train", "pool", "root")
    if not given:
        yield ("data",), "no training data. Give one of train, pool and root."
    for key in given[1:]:
        yield ("data", key), f"'{given[0]}' is given too. Give one of train, pool and root."


def _test_given(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    data = _section(recipe, "data")
    given = _given(data, "train", "pool", "root")
    if len(given) != 1:
        return
    if given == ["root"]:
        if data.get("test") is not None:
            yield ("data", "test"), "'root' brings its own test set. Leave 'test' out."
        if data.get("validation") is not None and not _looks_like_share(data["validation"]):
            yield ("data", "validation"), "with 'root' it can only be a share: '20 %'."
        return
    if data.get("test") is None:
        yield (
            ("data", "test"),
            "required key is missing. Give a source, or a share taken from train: '30 %'.",
        )
    for key in ("validation", "test") if given == ["pool"] else ():
        if data.get(key) is not None and not _looks_like_share(data[key]):
            yield ("data", key), "with 'pool' it can only be a share of it: '20 %'."


def _looks_like_share(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and value.endswith("%"))


def _shares_leave_training(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    data = _section(recipe, "data")
    if data.get("root") is not None:
        return
    written = {"validation": data.get("validation", "20 %"), "test": data.get("test")}
    shares = {key: fraction for key, value in written.items() if (fraction := _fraction(value))}
    if sum(shares.values()) > 1 - 1e-9:
        total = sum(shares.values()) * 100
        key = "test" if "test" in shares else "validation"
        yield (
            ("data", key),
            f"validation and test take {total:.6g} % and leave nothing to train on. "
            "Together they must stay below 100 %.",
        )


def _fraction(value: Any) -> float:
    try:
        return parse_share(value, 0, 100, inside=True).fraction
    except ValueError:
        return 0.0


def _sources_hold_photos(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    for key, source in _section(recipe, "data").items():
        if key not in ("train", "validation", "test", "pool", "root"):
            continue
        if isinstance(source, Mapping) and len(_given(source, "path", "images")) != 1:
            yield ("data", key), "a source needs either 'images' or 'path'."


def _one_length_of_training(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    if len(_given(_section(recipe, "train"), "epochs", "steps")) == 2:
        yield ("train", "steps"), "'epochs' is given too. Give one of them."


def _frozen_is_trained(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    model = _section(recipe, "model")
    if model.get("freeze") is True and model.get("weights", "none") == "none":
        yield (
            ("model", "freeze"),
            "a backbone without trained weights would stay random. Give 'weights' too.",
        )


def _size_and_resize(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    section = _section(recipe, "input")
    resize = section.get("resize", "auto")
    if section.get("size") is not None and resize in ("auto", "none"):
        yield ("input", "size"), "needs 'resize: fit' or 'resize: stretch' beside it."
    if section.get("size") is None and resize in ("fit", "stretch"):
        yield ("input", "resize"), f"'{resize}' needs a size beside it: 'size: 256x256'."


def _networks_known(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    model = _section(recipe, "model")
    known = {"backbone": BACKBONES, "architecture": ARCHITECTURES.get(str(recipe.get("task")), ())}
    for key, names in known.items():
        name = model.get(key)
        if isinstance(name, str) and names and name not in names:
            hint = did_you_mean(name, names)
            yield ("model", key), refusal(name, ", ".join(names), hint)


def _sizes_fit_the_network(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    for key in ("tile", "line"):
        try:
            size_hw = parse_size_hw(_section(recipe, "input").get(key), 1)
        except ValueError:
            continue
        if any(side % STRIDE for side in size_hw):
            height, width = (-(-side // STRIDE) * STRIDE for side in size_hw)
            yield (
                ("input", key),
                f"the network works on multiples of {STRIDE} px. Write '{width}x{height}'.",
            )


def _metrics_of_task(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    task = recipe.get("task")
    for name in _section(recipe, "accept"):
        if task in TASKS and name in METRICS and task not in METRICS[name].tasks:
            known = ", ".join(key for key, metric in METRICS.items() if task in metric.tasks)
            yield ("accept", name), f"task {task} has no such metric. Allowed: {known}."


def _metrics_of_classes(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    """Errors of angles and headings are measured on the classes that have some."""
    classes = _section(recipe, "classes")
    if recipe.get("task") != "oriented_detection" or not classes:
        return
    stated = [_section(classes, name).get("symmetry", "none") for name in classes]
    unmeasured = {"flip_rate": "none"} if "none" not in stated else {}
    if all(symmetry == "round" for symmetry in stated):
        unmeasured |= dict.fromkeys(("angle_error_deg", "angle_error_deg_p90"), "none or a number")
    for name in _section(recipe, "accept"):
        if name in unmeasured:
            yield (
                ("accept", name),
                f"no class has it: it is measured where 'symmetry' is {unmeasured[name]}.",
            )


def _texts_are_not_mirrored(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    flip = _section(recipe, "augment").get("flip")
    if recipe.get("task") == "ocr" and flip in ("horizontal", "vertical", "both"):
        yield ("augment", "flip"), refusal(flip, "auto, off", "Nobody reads mirrored texts.")


def _counts_of_div201(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    for code, setting in _section(recipe, "checks").items():
        if isinstance(setting, Mapping) and code != "DIV201":
            yield ("checks", code), "only DIV201 counts objects. Write error, warn or off."
    counts = [
        (name, value)
        for name, value in _section(_section(recipe, "checks"), "DIV201").items()
        if isinstance(value, int)
    ]
    known = {"error": 3, "warn": 20, "advice": 50, **dict(counts)}
    if counts and not known["error"] <= known["warn"] <= known["advice"]:
        yield (
            ("checks", "DIV201"),
            f"the counts must rise: error {known['error']}, warn {known['warn']}, "
            f"advice {known['advice']}.",
        )


def _good_and_bad_go_together(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    if recipe.get("task") in ANOMALY:
        yield from broken_anomaly_rules(recipe)


def _texts_go_together(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    if recipe.get("task") in OCR:
        # It takes numpy to compile a pattern; other recipes are read without.
        from engine.recipe.text_rules import broken_text_rules

        yield from broken_text_rules(recipe)
