"""PatchCore (Roth et al., Towards Total Recall in Industrial Anomaly Detection, 2022)."""
