"""Training: one loop over `tf.distribute`, its input, its state and what listens to it."""
