"""The functions of the segmentation task; importing this file imports TensorFlow."""

from engine.tasks.segmentation.compile import compile_recipe
from engine.tasks.segmentation.deployment import dump, load
from engine.tasks.segmentation.evaluate import calibrate, evaluate
from engine.tasks.segmentation.predict import predictor
from engine.tasks.segmentation.suspects import suspects
from engine.tasks.task import Task

TASK = Task(
    kind="segmentation",
    compile=compile_recipe,
    calibrate=calibrate,
    thresholds=lambda deployment: deployment.thresholds,
    evaluate=evaluate,
    suspects=suspects,
    predictor=predictor,
    dump=dump,
    load=load,
)
