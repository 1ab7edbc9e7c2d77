"""The one place that imports keras_cv: backbones, their weights, and its architectures.

Importing it takes some seconds, because TensorFlow and keras_cv come with it. A saved model
that holds a backbone can only be loaded after this package has been imported.
"""

from engine.kcv.backbones import Backbone, build_backbone
from engine.kcv.batch_norm import batch_norms, prepare_batch_norm
from engine.kcv.catalogue import BACKBONES, find_backbone
from engine.kcv.convolution import convolve
from engine.kcv.deeplab import DEEPLAB_BACKBONES, build_deeplab_v3_plus
from engine.kcv.enlarge import Enlarge
from engine.kcv.folding import fold_batch_norm
from engine.kcv.segformer import SEGFORMER_BACKBONES, build_segformer
from engine.kcv.spec import BackboneSpec
from engine.kcv.weights import WeightsRecord, load_weights

__all__ = [
    "BACKBONES",
    "DEEPLAB_BACKBONES",
    "SEGFORMER_BACKBONES",
    "Backbone",
    "BackboneSpec",
    "Enlarge",
    "WeightsRecord",
    "batch_norms",
    "build_backbone",
    "build_deeplab_v3_plus",
    "build_segformer",
    "convolve",
    "find_backbone",
    "fold_batch_norm",
    "load_weights",
    "prepare_batch_norm",
]
