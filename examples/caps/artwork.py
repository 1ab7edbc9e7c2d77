"""The artwork printed on a cap: rings, a name, a claim, a motif, a date code.

Print is flat and bolder than a scratch, but as light or dark as one: print is no defect.
"""

from __future__ import annotations

import cv2
import numpy as np

from examples.caps.cap import Array, Cap

Canvas = cv2.typing.MatLike
PRINT_PX = 640
"""Side of the square texture that holds the print; it spans -1 to 1 on the cap."""

FIRST = ("ALT", "BERG", "NORD", "QUELL", "SONNEN", "LINDEN", "KRON", "HAFEN", "WALD", "STERN")
LAST = ("HOF", "BRAU", "TAL", "GOLD", "BACH", "PERLE", "STEIN", "LIMO", "MARK", "BRUNN")
CLAIMS = ("SINCE 1874", "NATURAL WATER", "PREMIUM LAGER", "ORIGINAL", "330 ML", "KEEP COOL")
FONTS = (cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SIMPLEX)


def print_alpha(cap: Cap) -> tuple[Array, Array]:
    """Opacity, 0 to 1, of the two inks: two float32 arrays (PRINT_PX, PRINT_PX)."""
    rng = np.random.default_rng(cap.product.artwork_seed)
    reach = cap.product.top_radius * (0.94 if cap.product.kind == "crown" else 0.88)
    first = np.zeros((PRINT_PX, PRINT_PX), np.uint8)
    second = first.copy()
    _draw_rings(second, reach, rng)
    name = str(rng.choice(FIRST)) + str(rng.choice(LAST))
    font = int(rng.choice(FONTS))
    _draw_arc_text(first, name, reach * 0.72, -np.pi / 2, rng.uniform(1.6, 2.3), font)
    if rng.random() < 0.7:
        claim = str(rng.choice(CLAIMS))
        _draw_arc_text(second, claim, reach * 0.74, np.pi / 2, rng.uniform(1.1, 1.3), font)
    motif = MOTIFS[rng.integers(len(MOTIFS))]
    motif(first, second, reach * rng.uniform(0.36, 0.46), rng)
    if rng.random() < 0.2:
        _draw_date_code(second, rng)
    wear = cv2.resize(rng.random((40, 40), np.float32), (PRINT_PX, PRINT_PX))
    worn = 1.0 - 0.35 * np.clip(wear - 0.5, 0, 1)
    blur = float(rng.uniform(0.8, 1.6))
    inks = (cv2.GaussianBlur(ink, (0, 0), blur) / np.float32(255) * worn for ink in (first, second))
    return next(inks).astype(np.float32), next(inks).astype(np.float32)


def _point(radius: float, angle: float) -> tuple[int, int]:
    half = PRINT_PX / 2
    return int(half + radius * half * np.cos(angle)), int(half + radius * half * np.sin(angle))


def _draw_rings(canvas: Canvas, reach: float, rng: np.random.Generator) -> None:
    centre = _point(0, 0)
    for share in rng.choice([1.0, 0.96, 0.52, 0.56, 0.90], size=rng.integers(1, 3), replace=False):
        radius_px = int(reach * share * PRINT_PX / 2)
        cv2.circle(canvas, centre, radius_px, 255, int(rng.integers(14, 26)), cv2.LINE_AA)
    if rng.random() < 0.35:
        width_px = int(reach * rng.uniform(0.08, 0.16) * PRINT_PX / 2)
        cv2.circle(canvas, centre, int(reach * 0.95 * PRINT_PX / 2), 255, width_px, cv2.LINE_AA)


def _draw_arc_text(
    canvas: Canvas, text: str, radius: float, middle: float, scale: float, font: int
) -> None:
    """Write `text` along a circle, centred on the angle `middle`; letters stand upright there."""
    below = np.sin(middle) > 0
    step = (0.64 if below else 0.62) * scale * 34 / (radius * PRINT_PX / 2)
    for index, letter in enumerate(text):
        offset = (index - (len(text) - 1) / 2) * step
        angle = middle + (-offset if below else offset)
        turn = angle - np.pi / 2 if below else angle + np.pi / 2
        _stamp(canvas, letter, _point(radius, angle), turn, scale, font)


def _stamp(
    canvas: Canvas,
    text: str,
    centre: tuple[int, int],
    turn: float,
    scale: float,
    font: int,
) -> None:
    """Draw a line of text centred on a pixel and turned clockwise by `turn` radians."""
    thickness = max(4, round(scale * 3.4))
    (width, height), _ = cv2.getTextSize(text, font, scale, thickness)
    layer = np.zeros_like(canvas)
    origin = (PRINT_PX // 2 - width // 2, PRINT_PX // 2 + height // 2)
    cv2.putText(layer, text, origin, font, scale, 255, thickness, cv2.LINE_AA)
    matrix = cv2.getRotationMatrix2D((PRINT_PX / 2, PRINT_PX / 2), -np.degrees(turn), 1.0)
    matrix = matrix + np.array([[0, 0, centre[0] - PRINT_PX / 2], [0, 0, centre[1] - PRINT_PX / 2]])
    np.maximum(canvas, cv2.warpAffine(layer, matrix, (PRINT_PX, PRINT_PX)), out=canvas)


def _draw_date_code(canvas: Canvas, rng: np.random.Generator) -> None:
    code = f"{rng.integers(1, 29):02d}{rng.integers(1, 13):02d}{rng.integers(24, 29)}"
    centre = _point(0.42, float(rng.uniform(0, 2 * np.pi)))
    _stamp(canvas, f"L{code}", centre, float(rng.uniform(-0.6, 0.6)), 0.8, FONTS[2])


def _star(first: Canvas, second: Canvas, size: float, rng: np.random.Generator) -> None:
    points = int(rng.integers(5, 9))
    inner = rng.uniform(0.35, 0.6)
    corners = [
        _point(size * (1.0 if k % 2 == 0 else inner), np.pi * k / points - np.pi / 2)
        for k in range(2 * points)
    ]
    if rng.random() < 0.5:
        cv2.fillPoly(first, [np.array(corners)], 255, cv2.LINE_AA)
    else:
        cv2.polylines(first, [np.array(corners)], True, 255, 16, cv2.LINE_AA)


def _monogram(first: Canvas, second: Canvas, size: float, rng: np.random.Generator) -> None:
    letters = "".join(rng.choice(list("ABDEGHKMNRSTW"), size=rng.integers(1, 3)))
    _stamp(first, letters, _point(0, 0), 0.0, 12.0 * size / len(letters) ** 0.5, FONTS[1])
    cv2.circle(second, _point(0, 0), int(size * 1.1 * PRINT_PX / 2), 255, 14, cv2.LINE_AA)


def _waves(first: Canvas, second: Canvas, size: float, rng: np.random.Generator) -> None:
    x = np.linspace(-size, size, 60)
    swing, pitch = rng.uniform(0.03, 0.08), rng.uniform(6, 14)
    for row in np.linspace(-0.7, 0.7, int(rng.integers(3, 5))) * size:
        y = row + swing * np.sin(pitch * x)
        line = ((np.stack([x, y], 1) + 1) * PRINT_PX / 2).astype(np.int32)
        cv2.polylines(first, [line], False, 255, int(rng.integers(14, 20)), cv2.LINE_AA)


def _rays(first: Canvas, second: Canvas, size: float, rng: np.random.Generator) -> None:
    thickness = int(rng.integers(12, 18))
    for angle in np.linspace(0, 2 * np.pi, int(rng.integers(7, 13)), endpoint=False):
        ends = _point(size * 0.45, angle), _point(size * 1.1, angle)
        cv2.line(second, *ends, 255, thickness, cv2.LINE_AA)
    cv2.circle(first, _point(0, 0), int(size * 0.36 * PRINT_PX / 2), 255, -1, cv2.LINE_AA)


def _leaves(first: Canvas, second: Canvas, size: float, rng: np.random.Generator) -> None:
    count = int(rng.integers(3, 8))
    axes = (int(size * 0.5 * PRINT_PX / 2), int(size * 0.2 * PRINT_PX / 2))
    for k in range(count):
        angle = 2 * np.pi * k / count - np.pi / 2
        centre = _point(size * 0.55, angle)
        cv2.ellipse(first, centre, axes, np.degrees(angle), 0, 360, 255, -1, cv2.LINE_AA)
        cv2.line(second, _point(0.1 * size, angle), _point(size, angle), 255, 12, cv2.LINE_AA)


def _shield(first: Canvas, second: Canvas, size: float, rng: np.random.Generator) -> None:
    shape = np.array([(-0.8, -0.9), (0.8, -0.9), (0.8, 0.1), (0.45, 0.65), (0, 1), (-0.45, 0.65),
                      (-0.8, 0.1)])  # fmt: skip
    corners = ((shape * size + 1) * PRINT_PX / 2).astype(np.int32)
    cv2.polylines(first, [corners], True, 255, int(rng.integers(14, 22)), cv2.LINE_AA)
    for share in np.linspace(-0.6, 0.6, int(rng.integers(2, 5))):
        ends = np.array([(share - 0.3, -0.7), (share + 0.2, 0.3)]) * size
        first_px, second_px = ((ends + 1) * PRINT_PX / 2).astype(int).tolist()
        cv2.line(second, first_px, second_px, 255, 14, cv2.LINE_AA)


MOTIFS = (_star, _monogram, _waves, _rays, _leaves, _shield)
