"""Whether what one class holds is one kind of thing or two."""
