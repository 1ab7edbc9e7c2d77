"""Whether one text could be of two fields."""

from __future__ import annotations

from collections import deque

from engine.text.automaton import Automaton
from engine.text.graph import CANNOT


def share_a_text(first: Automaton, second: Automaton) -> bool:
    """Whether both accept one and the same text; they may have different alphabets.

    It walks both at once, so it looks at no more than the product of their states.
    """
    common = [
        (column, second.alphabet.index(character))
        for column, character in enumerate(first.alphabet)
        if character in second.alphabet
    ]
    ours = first.moves[:, [own for own, _ in common]].tolist()
    theirs = second.moves[:, [other for _, other in common]].tolist()
    seen, waiting = {(0, 0)}, deque([(0, 0)])
    while waiting:
        own, other = waiting.popleft()
        for pair in zip(ours[own], theirs[other], strict=True):
            if CANNOT in pair or pair in seen:
                continue
            if first.accepting[pair[0]] and second.accepting[pair[1]]:
                return True
            seen.add(pair)
            waiting.append(pair)
    return False
