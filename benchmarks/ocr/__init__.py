"""Reading beside docTR: the same word crops, the same CPU seconds, one judge for both."""
