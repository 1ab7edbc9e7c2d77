"""The data audit: checks, findings, and the files that show them."""
