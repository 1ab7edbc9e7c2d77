"""The run's log, and one word to many listeners."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.train.listener import StepReport
from engine.train.listeners import LOG_EVERY_STEPS, MOST_LOGGED, Everyone, LogFile
from engine.train.plan import Validation
from tests.train.tiny import Recorder, build

REPORT = StepReport(LOG_EVERY_STEPS, 0.5, 0.25, 0.01, 33.3, 0.02, 60.0)


def test_the_log_is_a_line_an_event_with_its_time(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log.txt")
    log.started(build(0.0))
    log.stepped(REPORT)
    log.validated(100, Validation(0.5, {"iou/mean": 0.5}), kept=True)
    log.said("resumed at step 3")
    lines = (tmp_path / "log.txt").read_text("utf-8").splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d ", line) for line in lines)
    assert [line.split(" ", 1)[1] for line in lines] == [
        "tiny: 129 parameters",
        "step 100 (50%): loss 0.2500, 33.3 images/s, waited 2.0%",
        "validation at step 100 (kept): iou/mean 0.5000",
        "resumed at step 3",
    ]


def test_the_log_keeps_what_an_interrupted_run_said(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("before\n")
    LogFile(tmp_path / "log.txt").said("after")
    assert (tmp_path / "log.txt").read_text().startswith("before\n")


@pytest.mark.parametrize(("classes", "logged"), [(MOST_LOGGED - 2, True), (MOST_LOGGED - 1, False)])
def test_figures_of_many_classes_are_for_tensorboard_alone(
    tmp_path: Path, classes: int, logged: bool
) -> None:
    """A mean, and what is of no class, is always logged; classes where all fits into a line."""
    scalars = {"map50/mean": 0.5, "loss": 0.25}
    scalars |= {f"map50/class{number}": 0.75 for number in range(classes)}
    LogFile(tmp_path / "log.txt").validated(7, Validation(0.5, scalars), kept=False)
    (line,) = (tmp_path / "log.txt").read_text("utf-8").splitlines()
    head, *others = line.split(" ", 1)[1].split(", ")
    assert (head, others[0]) == ("validation at step 7: map50/mean 0.5000", "loss 0.2500")
    each = [f"map50/class{number} 0.7500" for number in range(classes)]
    assert others[1:] == (each if logged else [])


def test_everyone_hears_everything() -> None:
    listeners = Recorder(), Recorder()
    everyone = Everyone(listeners)
    everyone.started(build(0.0))
    everyone.stepped(REPORT)
    everyone.validated(4, Validation(0.5, {}), kept=False)
    everyone.said("word")
    for listener in listeners:
        assert listener.reports == [REPORT]
        assert listener.validations == [(4, 0.5, False)]
        assert listener.messages == ["started tiny", "word"]
