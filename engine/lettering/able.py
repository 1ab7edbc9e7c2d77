"""What of the texts that a field may hold can be drawn."""

from __future__ import annotations

from engine.lettering.style import drawable
from engine.text.automaton import Automaton


def able_part(automaton: Automaton) -> Automaton | None:
    """The texts of a field without those that hold a character that no style of lettering has.

    Its alphabet is of the characters that can be drawn. None where nothing can be: each text of the
    pattern holds another character, or nothing but blanks is left.
    """
    able = drawable(automaton.alphabet)
    if not able.strip():
        return None
    if len(able) == len(automaton.alphabet):
        return automaton
    try:
        return automaton.on(able)
    except ValueError:
        return None
