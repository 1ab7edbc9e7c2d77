"""What the whole audit says of untouched data: findings by set, code and severity, photos accused.

    python -m benchmarks.audit.alarms --root $DLTRAIN_DATA --out .bench/alarms

Runs `dltrain check` on the shipped recipes and on those beside this file, and leaves an
`audit.html` of each in the folder, so that a person can judge them.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from pathlib import Path

from engine.audit.output import write_audit
from engine.recipe import load_recipe
from engine.steps import check

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "recipes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", required=True, help="the folder of the shared data sets")
    parser.add_argument("--out", required=True, type=Path)
    given = parser.parse_args()
    os.environ["DLTRAIN_DATA"] = str(Path(given.root).resolve())
    for path in sorted((*SHIPPED.glob("*.yaml"), *(HERE / "recipes").glob("*.yaml"))):
        recipe = load_recipe(path)
        checked = check(recipe)
        write_audit(given.out / recipe.name, recipe.name, checked.audit, checked.dataset)
        photos = sum(len(part) for part in checked.dataset.parts().values())
        found: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
        for finding in checked.audit.findings:
            found[finding.code, finding.severity].append(finding.samples)
        print(f"{recipe.name}: {photos} photos")
        for (code, severity), samples in sorted(found.items()):
            accused = len({name for each in samples for name in each})
            share = f"{accused} photos, {accused / photos:.1%}"
            print(f"  {code} {severity}: {len(samples)} findings about {share}")


if __name__ == "__main__":
    main()
