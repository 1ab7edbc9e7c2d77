"""A photo of a cap: light, shadow, dirt, lens and sensor.

Everything is rendered at twice the size of the photo and scaled down, as a lens would.
Images are (height, width, 3) float32 RGB, 0 to 1, until the sensor counts photons.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from examples.caps.backgrounds import BACKGROUNDS, RENDER_PX, SIDE_PX, cloud
from examples.caps.cap import Array, Cap, single, smooth_step
from examples.caps.defects import Defect
from examples.caps.surface import Surface, damaged, flawless_surface
from examples.caps.view import View, cap_coordinates


def render(cap: Cap, defects: Sequence[Defect], view: View) -> tuple[Array, list[Array]]:
    """The scene before the sensor, and the footprint of each defect.

    Returns:
        The image (SIDE_PX, SIDE_PX, 3) float32 in grey levels 0 to 255, and one footprint
        (RENDER_PX, RENDER_PX) float32 0 to 1 a defect, clipped to the cap.
    """
    rng = np.random.default_rng(view.seed)
    surface = flawless_surface(cap, view, rng)
    whole, footprints = surface.silhouette, []
    for defect in defects:
        surface, footprint = damaged(cap, defect, view, surface)
        footprints.append(single(footprint * whole))
    table = BACKGROUNDS[view.background](rng)
    return photographed(cap, surface, view, table, rng), footprints


def photographed(
    cap: Cap, surface: Surface, view: View, table: Array, rng: np.random.Generator
) -> Array:
    """A surface under the lamp, on a table (RENDER_PX, RENDER_PX, 3), with dirt, through the lens.

    Returns:
        The image (SIDE_PX, SIDE_PX, 3) float32 in grey levels 0 to 255.
    """
    table = _shadowed(table, surface.silhouette, view)
    scene = single(table + (_lit(cap, view, surface) - table) * surface.silhouette[..., None])
    return _through_lens(_with_dirt(scene, surface.silhouette, rng), view)


def _lit(cap: Cap, view: View, surface: Surface) -> Array:
    """Light on the relief: a lamp near the cap, the sky above it, and their reflections."""
    normal, ray = _directions(view, surface)
    half = _unit(ray + np.array([0.0, 0.0, 1.0]))
    diffuse = np.clip((normal * ray).sum(2), 0, 1)
    facing = np.clip((normal * half).sum(2), 0, 1)
    across = normal[..., 0] * view.light[1] - normal[..., 1] * view.light[0]
    lamp = 0.7 * facing ** (40 + 160 * cap.gloss) + 0.26 * facing**10
    window = 0.10 * smooth_step(across, 0.35, 0.75)
    mirrored = cap.gloss * (lamp + window) * view.strength
    folds = 1.0 - 0.45 * smooth_step(np.hypot(*cap_coordinates(view)), 0.9, 1.02)
    light = (view.ambient * normal[..., 2] + view.strength * diffuse) * folds
    return single(surface.albedo * light[..., None] + mirrored[..., None])


def _directions(view: View, surface: Surface) -> tuple[Array, Array]:
    """Unit vectors (RENDER_PX, RENDER_PX, 3): the surface's normal, and the way to the lamp."""
    height_px = surface.height * view.radius
    slope_y, slope_x = np.gradient(height_px)
    y, x = np.mgrid[0:RENDER_PX, 0:RENDER_PX]
    place = np.dstack([x - view.centre[0], y - view.centre[1], height_px]) / view.radius
    normal = np.dstack([-slope_x, -slope_y, np.ones_like(height_px)])
    return _unit(normal), _unit(np.array(view.light) - place)


def _unit(vectors: npt.ArrayLike) -> Array:
    return single(vectors / np.linalg.norm(vectors, axis=2, keepdims=True))


def _shadowed(table: Array, silhouette: Array, view: View) -> Array:
    """The table with the cap's cast shadow and the dark seam where they touch."""
    reach = 0.22 * view.radius / view.light[2]
    matrix = np.array([[1, 0, -view.light[0] * reach / 1.6], [0, 1, -view.light[1] * reach / 1.6]])
    cast = cv2.warpAffine(
        silhouette, matrix, (RENDER_PX, RENDER_PX), borderMode=cv2.BORDER_REPLICATE
    )
    soft = cv2.GaussianBlur(cast, (0, 0), 9.0) * view.strength * 0.62
    seam = cv2.GaussianBlur(silhouette, (0, 0), 5.0) * 0.35
    lit = (view.ambient + 0.75 * view.strength) * (1.0 - soft) * (1.0 - seam)
    return single(table * lit[..., None])


def _with_dirt(scene: Array, silhouette: Array, rng: np.random.Generator) -> Array:
    """Smudges on the cap and specks of dust everywhere; none of them is a defect."""
    if rng.random() < 0.5:
        patch = smooth_step(cloud(rng, (5, 5)), 0.5, 1.6) * (0.8 + 0.2 * cloud(rng, (60, 60)))
        scene = single(scene + (rng.uniform(-0.06, 0.09) * patch * silhouette)[..., None])
    dust = np.zeros((RENDER_PX, RENDER_PX), np.uint8)
    for x, y in rng.integers(0, RENDER_PX, (int(rng.integers(0, 26)), 2)).tolist():
        cv2.circle(
            dust, (x, y), int(rng.integers(1, 3)), int(rng.integers(60, 200)), -1, cv2.LINE_AA
        )
    speck = (dust / np.float32(255))[..., None]
    return single(scene + (rng.uniform(0.2, 0.8) - scene) * speck)


def _through_lens(scene: Array, view: View) -> Array:
    """Vignetting, blur, white balance and tone curve; grey levels 0 to 255 at photo size."""
    y, x = np.mgrid[0:RENDER_PX, 0:RENDER_PX] / (RENDER_PX / 2) - 1.0
    seen = scene * (1.0 - view.vignette * (x**2 + y**2) / 2)[..., None]
    seen = seen * (view.exposure * np.array(view.tint))
    small = cv2.resize(single(seen), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), view.blur)
    toned = np.clip(small, 0, None) ** 0.85
    rolled = np.where(toned < 0.8, toned, 0.8 + 0.2 * np.tanh((toned - 0.8) / 0.2))
    return single(255 * rolled)


def expose(levels: Array, view: View) -> npt.NDArray[np.uint8]:
    """What the sensor stores: shot and read noise, 8 bits; same shape, RGB."""
    rng = np.random.default_rng([view.seed, 1])
    sigma = view.noise * np.sqrt(0.4 + levels / 160)
    grain = rng.standard_normal(levels.shape).astype(np.float32)
    return np.clip(levels + sigma * grain + 0.5, 0, 255).astype(np.uint8)
