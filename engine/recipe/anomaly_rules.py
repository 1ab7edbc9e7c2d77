"""The rules of anomaly detection: what means good means no defect, and what needs trained weights.

Like `engine.recipe.rules` they look at the recipe as it was written, and pass over what its own
key reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.recipe.good_names import FOLDER_FORMATS, GOOD_NAMES
from engine.recipe.networks import FROZEN, UNTRAINED, default_architecture
from engine.recipe.nodes import KeyPath

Broken = tuple[KeyPath, str]

_STEPWISE = ("epochs", "steps", "time_budget", "batch_size", "learning_rate", "patience")


def broken_anomaly_rules(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    """Each broken rule as the path of the key to blame and a sentence."""
    yield from _good_names_folders(recipe)
    yield from _good_is_no_kind(recipe)
    yield from _folders_are_labels(recipe)
    model = recipe.get("model")
    model = model if isinstance(model, Mapping) else {}
    weights_given = model.get("weights") not in (None, "none")
    own = model.get("architecture")
    if (own or default_architecture("anomaly_detection", weights_given=weights_given)) == FROZEN:
        yield from _memory_needs_features(model, weights_given=weights_given)
        yield from _memory_takes_no_steps(recipe)


def _good_names_folders(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    data = recipe.get("data")
    data = data if isinstance(data, Mapping) else {}
    name = data.get("format")
    if data.get("good") and isinstance(name, str) and name not in FOLDER_FORMATS:
        yield (
            ("data", "good"),
            f"format {name} has no folders of good photos; {' and '.join(FOLDER_FORMATS)} have. "
            "Leave it out, or choose one of these formats.",
        )


def _good_is_no_kind(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    data, classes = recipe.get("data"), recipe.get("classes")
    data = data if isinstance(data, Mapping) else {}
    given = data.get("good")
    in_folders = data.get("format") in FOLDER_FORMATS
    instead = "name what means good with data.good" if in_folders else "give it another name"
    good = {str(name).casefold() for name in (given if isinstance(given, list) else [])}
    good = good or set(GOOD_NAMES)
    for name, spec in classes.items() if isinstance(classes, Mapping) else ():
        labels = spec.get("labels") if isinstance(spec, Mapping) else None
        for label in labels if isinstance(labels, list) else [name]:
            if str(label).casefold() in good:
                yield (
                    ("classes", name),
                    f"the label '{label}' means that a photo is good. Classes are kinds of "
                    f"defect; leave it out, or {instead}.",
                )
    ignored = recipe.get("ignore")
    for index, label in enumerate(ignored if isinstance(ignored, list) else []):
        if str(label).casefold() in good:
            yield ("ignore", index), f"the label '{label}' means that a photo is good."


def _folders_are_labels(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    data = recipe.get("data")
    data = data if isinstance(data, Mapping) else {}
    if data.get("format") in FOLDER_FORMATS and data.get("unlabelled") == "empty":
        yield (
            ("data", "unlabelled"),
            f"format {data['format']} has folders that say which photos are good. Leave it out.",
        )


def _memory_needs_features(model: Mapping[str, Any], *, weights_given: bool) -> Iterator[Broken]:
    if not weights_given:
        yield (
            ("model", "architecture"),
            f"'{FROZEN}' compares the features of a trained backbone, and random ones tell nothing "
            f"apart. Give 'weights' too, or choose '{UNTRAINED}', which needs none.",
        )
    if model.get("freeze") is False:
        yield (
            ("model", "freeze"),
            f"'{FROZEN}' never trains its backbone. Leave 'freeze' out, or choose '{UNTRAINED}'.",
        )


def _memory_takes_no_steps(recipe: Mapping[str, Any]) -> Iterator[Broken]:
    train = recipe.get("train")
    train = train if isinstance(train, Mapping) else {}
    for key in _STEPWISE:
        if train.get(key) not in (None, "auto"):
            yield (
                ("train", key),
                f"'{FROZEN}' remembers patches of good photos and is not trained in steps. Leave "
                f"it out, or choose 'architecture: {UNTRAINED}'.",
            )
