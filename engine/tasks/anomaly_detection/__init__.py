"""Anomaly detection: what good looks like is learnt from good photos; what differs is told."""
