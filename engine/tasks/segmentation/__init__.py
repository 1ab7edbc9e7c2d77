"""Segmentation: every pixel of a photo is background or one of the classes."""
