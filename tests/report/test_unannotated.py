"""Suspects become findings with pictures; waivers hold for them too."""

from __future__ import annotations

import json
from dataclasses import replace

from engine.audit.finding import WaiverRule
from engine.report.task_words import words_of_task
from engine.report.unannotated import unannotated
from engine.tasks.task import Suspect, Suspects

FORGOTTEN = words_of_task("segmentation").suspects
UNLIKE = words_of_task("anomaly_detection").suspects


def suspects(*names: str, looked: int = 8, limit: float | None = 0.7) -> Suspects:
    found = tuple(Suspect(name, "chip", (3, 4, 5, 6), 0.91, 2, b"jpeg") for name in names)
    return Suspects(looked, 8, limit, found)


def test_suspects_are_findings_with_pictures() -> None:
    found = unannotated(suspects("train/a.png", "train/b.png"), [], FORGOTTEN)
    assert [each.samples for each in found.findings] == [("train/a.png",), ("train/b.png",)]
    first = found.findings[0]
    assert (first.code, first.severity) == ("ANN303", "advice")
    assert first.message == (
        "the model sees 'chip' at 3, 4 px, where nothing is annotated, and 2 more (sure to 0.91)"
    )
    assert [(each.kind, each.title, each.data) for each in found.figures] == [
        ("unannotated", "train/a.png", b"jpeg"),
        ("unannotated", "train/b.png", b"jpeg"),
    ]
    stored = json.loads(found.to_json())
    assert stored["findings"][0]["evidence"]["split"] == "train"
    assert stored["note"] == "Searched for forgotten annotations: 8 training photos."


def test_a_waived_photo_is_left_out() -> None:
    rules = [WaiverRule("ANN303", ("train/a.png",), "a print")]
    found = unannotated(suspects("train/a.png", "train/b.png"), rules, FORGOTTEN)
    assert [each.samples for each in found.findings] == [("train/b.png",)]
    assert [each.title for each in found.figures] == ["train/b.png"]
    assert found.note.endswith("Waived: what was seen on 1 photo (a print).")


def test_what_was_not_searched_is_said() -> None:
    assert "3 of 8 training photos" in unannotated(suspects(looked=3), [], FORGOTTEN).note
    assert "not right often enough" in unannotated(suspects(limit=None), [], FORGOTTEN).note
    lines = Suspects(0, 8, None, (), reason="each photo is a line")
    assert unannotated(lines, [], FORGOTTEN).note == (
        "Training photos were not searched for forgotten annotations: each photo is a line."
    )


def test_where_good_photos_are_learnt_they_look_unlike_the_others() -> None:
    name = "unlike the other good photos"
    own = replace(suspects("train/a.png").found[0], class_name=name)
    found = unannotated(Suspects(8, 8, 0.5, (own,)), [], UNLIKE)
    (finding,) = found.findings
    assert finding.message == (
        "looks unlike the other good photos, most of all at 3, 4 px, and at 2 more "
        "(score 0.91; bad from 0.50 on)"
    )
    assert "move it out of training" in finding.fix and "waive" in finding.fix
    assert "annotat" not in finding.message + finding.fix + found.note
    assert found.note == "Searched for photos unlike the other good ones: 8 training photos."
    assert [each.caption for each in found.figures] == [finding.message]
