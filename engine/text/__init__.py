"""Text fields: what they may hold, and what a network's output says within that.

`pattern` turns a field's pattern into an automaton, `field` brings labels into the form that is
read, `ctc`, `beam` and `reading` turn a network's output into texts. Plain Python and numpy, so
that training, synthesis, evaluation and deployment share it.
"""
