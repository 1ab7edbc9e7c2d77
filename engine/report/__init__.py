"""The report: report.json, and one HTML page made from it."""
