"""The functions of OCR; importing this file imports TensorFlow."""

from engine.tasks.ocr.calibrate import calibrate
from engine.tasks.ocr.compile import compile_recipe
from engine.tasks.ocr.deployment import dump, load
from engine.tasks.ocr.evaluate import evaluate
from engine.tasks.ocr.predict import predictor
from engine.tasks.ocr.suspects import suspects
from engine.tasks.task import Task

TASK = Task(
    kind="ocr",
    compile=compile_recipe,
    calibrate=calibrate,
    thresholds=lambda deployment: deployment.thresholds,
    evaluate=evaluate,
    suspects=suspects,
    predictor=predictor,
    dump=dump,
    load=load,
)
