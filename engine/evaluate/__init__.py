"""Evaluation that knows no task: histograms, thresholds, intervals, verdict, ledger."""
