"""Anomaly detection beside anomalib: the same photos, the same features, one judge for both."""
