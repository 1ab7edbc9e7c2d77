"""What the audit knows of single photos, computed once for each content."""
