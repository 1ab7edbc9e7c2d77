"""Defects that are drawn on patches of good photos, for a network to learn to find them."""
