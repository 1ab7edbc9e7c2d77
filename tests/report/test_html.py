from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.report.annex import Annex
from engine.report.html import render_html
from tests.report.samples import annex, report

HOSTILE = "<script>alert(1)</script>\" onload='x' {{ 7*7 }} &amp; ü€😀"


class Tags(HTMLParser):
    """Collects tags, attributes and text, and checks that tags are closed in order."""

    VOID = frozenset({"meta", "img", "br", "rect", "input", "link"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_names_stay_text() -> None:
    page = Tags(render_html(report(HOSTILE), annex(HOSTILE)))
    assert "script" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert page.text.count(HOSTILE) >= 9
    assert page.open == []


def test_it_needs_no_network_and_no_script() -> None:
    html = render_html(report(), annex())
    page = Tags(html)
    assert {"script", "link", "iframe"}.isdisjoint(page.tags)
    sources = [value for name, value in page.attributes if name in ("src", "href")]
    assert sources and all(value and value.startswith("data:") for value in sources)
    assert not re.search(r"url\(|@import|https?://", html)
    assert "default-src 'none'" in html


@pytest.mark.parametrize(
    ("accepted", "words"), [(True, "Accepted"), (False, "Not accepted"), (None, "Not judged")]
)
def test_the_verdict_is_plain(accepted: bool | None, words: str) -> None:
    judged = replace(report(), verdict=replace(report().verdict, accepted=accepted))
    assert f"<strong>{words}</strong>" in render_html(judged, annex())


def test_an_accepted_model_whose_bound_is_not_shown_says_so() -> None:
    text = Tags(render_html(report(), annex())).text
    assert "the test set is too small to show it" in text
    assert "may be as high as 7.7 %" in text


def test_what_must_be_read_before_signing() -> None:
    loud = Tags(render_html(report(openings=7), replace(annex(), object_declared=False))).text
    assert "opened 7 times" in loud
    assert "declares each photo to show an object of its own" in loud
    assert "(each an object of its own)" in loud and "resampled by photo" in loud
    assert "n: number of photos" in loud
    assert "Checks switched off by the recipe: DIV204." in loud
    assert "Checks whose errors the recipe made warnings: ANN309." in loud
    assert "pixel threshold of chip: no validation photo shows this class." in loud
    assert "1 training photo may lack an annotation (ANN303)" in loud
    assert "Not test photos." in loud and "61 training photos." in loud
    quiet = Tags(render_html(report(), Annex())).text
    assert "resampled by object" in quiet and "n: number of different objects" in quiet
    assert "switched off" not in quiet and "made warnings" not in quiet
    assert "Each time invites changes" not in quiet
    assert "lack an annotation" not in quiet


def test_values_come_with_their_intervals_or_not_at_all() -> None:
    text = " ".join(Tags(render_html(report(), annex())).text.split())
    assert "0.625" in text and "0.500 to 0.750" in text
    assert "0.0 % to 7.7 %" in text
    assert "not measurable" in text
    assert "nan" not in text.lower() and "None" not in text


def test_standing_findings_name_photos() -> None:
    text = " ".join(Tags(render_html(report(), annex("c.png"))).text.split())
    assert "a.png, b.png, c.png and 1 more" in text
    assert "Standing: 0 errors, 2 warnings and 0 pieces of advice. Waived: 1 finding." in text


def test_what_must_be_known_of_the_training_is_read_before_signing() -> None:
    note = "The model has learnt next to nothing."
    text = Tags(render_html(report(), replace(annex(), notes=(note,)))).text
    head, _, rest = text.partition("Read before signing")
    assert note not in head and rest.index(note) < rest.index("What was measured")


def test_a_report_without_annex_is_whole() -> None:
    page = Tags(render_html(report(), Annex()))
    assert page.open == []
    assert "Worst misses" not in page.text
    assert "Approved by" in page.text


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_shows_it(tmp_path: Path) -> None:
    page, dom = tmp_path / "report.html", tmp_path / "dom.html"
    page.write_text(render_html(report(HOSTILE), annex(HOSTILE)), "utf-8")
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}",
        "--enable-logging=stderr", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    dom.write_text(done.stdout, "utf-8")
    assert "Read before signing" in done.stdout
    assert "<script" not in done.stdout
    assert "CONSOLE" not in done.stderr


def test_what_stands_in_backticks_is_code_and_still_escaped() -> None:
    page = render_html(report(), annex("state `<b>` here"))
    assert page.count("state <code>&lt;b&gt;</code> here") >= 3  # a note, a finding, pictures
    assert "<b>" not in page


def test_advice_is_counted_beside_errors_and_warnings() -> None:
    advice = tuple(replace(each, severity="advice") for each in annex().findings)
    text = Tags(render_html(report(), replace(annex(), findings=advice))).text
    assert "2 warnings and 1 piece of advice." in text
