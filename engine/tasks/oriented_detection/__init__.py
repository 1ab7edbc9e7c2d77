"""Oriented detection: the engine of `engine.tasks.detection`, with angles."""
