"""Anomaly detection: what good looks like, from good photos alone, and where a photo deviates."""
