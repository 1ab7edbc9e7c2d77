"""Detection of things by boxes, upright or oriented: one engine, told apart by its options."""
