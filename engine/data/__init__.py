"""From files to samples: decoding, annotation formats, objects, splits, views and tiles."""
