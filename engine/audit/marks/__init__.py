"""Which strokes on a photo were drawn on it, by comparison with the other photos."""
