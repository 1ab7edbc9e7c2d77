"""Lines of text drawn as factories mark and cameras see them, to train a reader with.

`style.draw_text` draws a text, `ground` takes the surface for it from training photos,
`line.draw_line` puts one on the other.
"""
