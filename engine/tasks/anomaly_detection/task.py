"""The functions of anomaly detection; importing this file imports TensorFlow."""

from engine.tasks.anomaly_detection.compile import compile_recipe
from engine.tasks.anomaly_detection.deployment import dump, load
from engine.tasks.anomaly_detection.evaluate import calibrate, evaluate
from engine.tasks.anomaly_detection.predict import predictor
from engine.tasks.anomaly_detection.suspects import suspects
from engine.tasks.task import Task

TASK = Task(
    kind="anomaly_detection",
    compile=compile_recipe,
    calibrate=calibrate,
    thresholds=lambda deployment: deployment.thresholds,
    evaluate=evaluate,
    suspects=suspects,
    predictor=predictor,
    dump=dump,
    load=load,
)
