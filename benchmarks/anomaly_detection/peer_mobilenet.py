"""Keras' MobileNetV2 in torch, as far as PatchCore looks, with Keras' own ImageNet weights.

torch's and timm's MobileNetV2 pad strided convolutions evenly, have another epsilon, and other
weights. This one is what keras.applications builds (Sandler et al., 2018): strided convolutions
see one pixel more below and to the right (of even sizes), batch normalisation has epsilon 1e-3.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import torch
from torch import nn

WIDTH = 0.35
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 1, 2))
"""Expansion, channels at full width, blocks and stride; of the last stage one block is begun."""

LAYERS = ("block_6_expand", "block_13_expand")
"""At strides 8 and 16: after ReLU6, as Keras' `block_6_expand_relu` and `block_13_expand_relu`."""

EPSILON = 1e-3


class SameConvolution(nn.Conv2d):
    """A 3 × 3 convolution that pads as Keras does."""

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, C, H, W), H and W even where the stride is 2."""
        before = 0 if self.stride[0] == 2 else 1
        return super().forward(nn.functional.pad(pixels, (before, 1, before, 1)))


class MobileNetV2(nn.Module):
    """(B, 3, H, W) in -1…1, H and W divisible by 16, to the last of `LAYERS`."""

    def __init__(self) -> None:
        super().__init__()
        before = _rounded(32 * WIDTH)
        self.conv_1 = _normalised(SameConvolution(3, before, 3, 2, bias=False), nn.ReLU6())
        self.shortcuts: list[bool] = []
        for expansion, full, count, first_stride in STAGES:
            after = _rounded(int(full * WIDTH))
            for stride in (first_stride, *[1] * (count - 1)):
                name, inner = f"block_{len(self.shortcuts)}", before * expansion
                expand = nn.Conv2d(before, inner, 1, bias=False)
                depthwise = SameConvolution(inner, inner, 3, stride, groups=inner, bias=False)
                project = nn.Conv2d(inner, after, 1, bias=False)
                parts = (_normalised(expand, nn.ReLU6()) if expansion > 1 else nn.Identity(),)
                self.add_module(f"{name}_expand", parts[0])
                if f"{name}_expand" == LAYERS[-1]:
                    return
                self.add_module(f"{name}_depthwise", _normalised(depthwise, nn.ReLU6()))
                self.add_module(f"{name}_project", _normalised(project))
                self.shortcuts.append(stride == 1 and before == after)
                before = after

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """The last of `LAYERS`; the other is found by its name."""
        level = self.conv_1(pixels)
        for number, shortcut in enumerate(self.shortcuts):
            into = level
            for part in ("expand", "depthwise", "project"):
                level = getattr(self, f"block_{number}_{part}")(level)
            if shortcut:
                level = into + level
        return getattr(self, LAYERS[-1])(level)


def _normalised(convolution: nn.Conv2d, *after: nn.Module) -> nn.Sequential:
    return nn.Sequential(convolution, nn.BatchNorm2d(convolution.out_channels, EPSILON), *after)


def _rounded(channels: float) -> int:
    """To a multiple of 8, not below 90 % of what was asked."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * channels else nearest + 8


def keras_mobilenet(weights: Path) -> MobileNetV2:
    """The network with the weights of a Keras 3 file (`.weights.h5`), ready to be asked.

    Raises:
        ValueError: a tensor of the file has another shape.
    """
    network = MobileNetV2()
    with h5py.File(weights) as file:
        kernels, depthwise, norms = (
            _tensors(file, kind) for kind in ("conv2d", "depthwise_conv2d", "batch_normalization")
        )
        for module in network.modules():
            if isinstance(module, nn.Conv2d) and module.groups > 1:
                _set(module.weight, next(depthwise)[0].transpose(2, 3, 0, 1))
            elif isinstance(module, nn.Conv2d):
                _set(module.weight, next(kernels)[0].transpose(3, 2, 0, 1))
            elif isinstance(module, nn.BatchNorm2d):
                own = (module.weight, module.bias, module.running_mean, module.running_var)
                for tensor, stored in zip(own, next(norms), strict=True):
                    _set(tensor, stored)
    return network.eval()


def _tensors(file: h5py.File, kind: str) -> Iterator[list[np.ndarray]]:
    """Tensors of the layers of a kind, in the order that the network was built in."""
    count = 0
    while (name := f"layers/{kind}_{count}" if count else f"layers/{kind}") in file:
        variables = file[f"{name}/vars"]
        yield [np.asarray(variables[str(i)]) for i in range(len(variables))]
        count += 1


def _set(tensor: torch.Tensor, stored: np.ndarray) -> None:
    if tuple(tensor.shape) != stored.shape:
        raise ValueError(f"a tensor of {stored.shape} where {tuple(tensor.shape)} is needed.")
    with torch.no_grad():
        tensor.copy_(torch.from_numpy(np.ascontiguousarray(stored)))
