"""How well the audit finds what it looks for, and how fast."""
