"""Places that look like annotated defects and are not annotated (ANN303)."""
