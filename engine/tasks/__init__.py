"""Tasks: a package each, which exports one `TASK`."""
