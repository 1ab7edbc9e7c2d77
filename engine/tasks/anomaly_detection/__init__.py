"""Anomaly detection: what good looks like is learnt from good photos alone."""
