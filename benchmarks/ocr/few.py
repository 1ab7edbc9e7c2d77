"""A recipe of number plates with few of them to learn from, tested on the same plates as ever.

    DLTRAIN_DATA=/data python -m benchmarks.ocr.few RUN --plates 50 --out .bench/ocr/few50

RUN is a run of recipes/plates_us.yaml: its test plates stay the test plates. Of the others the
first ones by the digests of their files are left, for training and validation together. Writes
`few.yaml` and the two lists that it names.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from engine.data.split_csv import read_split_csv

RECIPE = """\
version: 1
name: plates_few
task: ocr
classes:
  plate: {{ characters: "A-Z0-9" }}
data:
  format: word_list
  train: {{ images: "{images}", labels: "{labels}", list: train.txt }}
  validation: 15 %
  test: {{ images: "{images}", labels: "{labels}", list: test.txt }}
  object: {{ table: "{labels}", image: image, object: text }}
train:
  time_budget: 540 s
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--plates", type=int, default=50)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    data = Path(os.environ["DLTRAIN_DATA"]).absolute() / "plates_us"
    rows = sorted(read_split_csv(arguments.run / "split.csv"), key=lambda row: row.sha256)
    learnt = [row.image for row in rows if row.split != "test"][: arguments.plates]
    tested = [row.image for row in rows if row.split == "test"]
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, images in (("train", learnt), ("test", tested)):
        text = "".join(f"{Path(image).name}\n" for image in images)
        (arguments.out / f"{name}.txt").write_text(text, "utf-8")
    recipe = RECIPE.format(images=data / "images", labels=data / "labels.csv")
    (arguments.out / "few.yaml").write_text(recipe, "utf-8")
    print(
        f"{len(learnt)} plates to learn from, {len(tested)} to test: {arguments.out / 'few.yaml'}"
    )


if __name__ == "__main__":
    main()
