"""The one place that imports keras_cv: backbones, their weights, and its architectures.

Importing it takes some seconds, because TensorFlow and keras_cv come with it. A saved model
that holds a backbone can only be loaded after this package has been imported.
"""

from engine.kcv.backbones import Backbone, build_backbone
from engine.kcv.batch_norm import prepare_batch_norm
from engine.kcv.catalogue import BACKBONES, find_backbone
from engine.kcv.spec import BackboneSpec

__all__ = [
    "BACKBONES",
    "Backbone",
    "BackboneSpec",
    "build_backbone",
    "find_backbone",
    "prepare_batch_norm",
]
