"""How a model was made, line by line, as the report says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.phrasing import counted, first_few

if TYPE_CHECKING:
    from engine.training import TrainingRecord

_OF_WEIGHTS = ("source", "digest", "tensors_loaded", "skipped")


def provenance(training: TrainingRecord) -> dict[str, str]:
    """What else a reader may ask for, by name; what a task notes of its model among it."""
    model = training.parameters
    own = {name: value for name, value in training.weights.items() if name not in _OF_WEIGHTS}
    return {
        "Model": f"{model.get('architecture', '')} on {model.get('backbone', '')}",
        "Weights": _weights(training),
        "Training": _learning(training),
        **{name.replace("_", " ").capitalize(): str(value) for name, value in own.items()},
        "Precision": training.precision,
        "Commit": training.commit or "not a checkout",
    }


def _weights(training: TrainingRecord) -> str:
    """Where the weights came from, with how many tensors of the source were taken."""
    weights = training.weights
    if not weights.get("digest"):
        return str(weights.get("source", "none"))
    skipped: list[Any] = list(weights.get("skipped", ()))
    return (
        f"{weights['source']}, SHA-256 {weights['digest']}, "
        f"{counted(weights.get('tensors_loaded', 0), 'tensor')}"
        + (f" (not used: {first_few([str(name) for name in skipped])})" if skipped else "")
    )


def _learning(training: TrainingRecord) -> str:
    if not training.steps:
        return f"gathered in one pass (validation score {training.best_score:.3f})"
    return (
        f"{counted(training.steps, 'step')} with batch size {training.batch}, "
        f"best at {training.best_step} (validation score {training.best_score:.3f})"
        + (", stopped early by train.patience" if training.stopped_early else "")
    )
