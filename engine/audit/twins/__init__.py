"""Photos of the same thing: candidates by their points, decided by laying one over the other."""
