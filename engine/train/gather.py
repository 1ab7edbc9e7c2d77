"""What stands in the place of the loop for a model that is gathered, not trained step by step."""

from __future__ import annotations

import time
from collections.abc import Callable

import keras

from engine.train.listener import Listener
from engine.train.loop import Fitted
from engine.train.plan import Gathering, Plan


def gather(
    gathering: Gathering,
    plan: Plan,
    listener: Listener,
    progress: Callable[[int, int], None],
) -> Fitted:
    """Gathers the model and measures it once; a run that was interrupted begins anew.

    Returns:
        The model as the loop gives it, with no step taken.

    Raises:
        KeyboardInterrupt: a signal asked to stop; nothing is left to go on from.
    """
    keras.utils.set_random_seed(plan.seed)
    started = time.monotonic()
    gathered = gathering.gather(progress)
    listener.started(gathered.model)
    validation = gathering.validate(gathered.model)
    listener.validated(0, validation, True)
    seconds = time.monotonic() - started
    return Fitted(
        model=gathered.model,
        steps=0,
        best_step=0,
        best_score=validation.score,
        seconds=seconds,
        compiling_s=0.0,
        longest_validation_s=0.0,
        batch=plan.batch,
        stopped_early=False,
        notes=gathered.notes,
    )
