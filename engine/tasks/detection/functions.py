"""The functions that upright and oriented detection share; importing this imports TensorFlow."""

from engine.tasks.detection.compile import compile_recipe
from engine.tasks.detection.deployment import dump, load
from engine.tasks.detection.evaluate import calibrate, evaluate
from engine.tasks.detection.predict import predictor
from engine.tasks.detection.suspects import suspects
from engine.tasks.task import Task


def detection_task(kind: str) -> Task:
    """The task of a kind: whether boxes have angles is what the recipe's task says."""
    return Task(
        kind=kind,
        compile=compile_recipe,
        calibrate=calibrate,
        thresholds=lambda deployment: deployment.thresholds,
        evaluate=evaluate,
        suspects=suspects,
        predictor=predictor,
        dump=dump,
        load=load,
    )
