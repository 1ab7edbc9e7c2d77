"""The one place that imports keras_cv: backbones, their weights, and its architectures.

Importing it takes about five seconds, because TensorFlow and keras_cv come with it. A saved
model that holds a backbone can only be loaded after this package has been imported.
"""

from engine.kcv.backbones import BACKBONES, build_backbone, find_backbone
from engine.kcv.spec import Backbone, BackboneSpec

__all__ = ["BACKBONES", "Backbone", "BackboneSpec", "build_backbone", "find_backbone"]
