"""Boxes as four ordered corners, and what every format that stores boxes has in common."""
