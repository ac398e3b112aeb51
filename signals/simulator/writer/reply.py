"""What people text back, in their own language and their own words."""

from __future__ import annotations

import numpy as np

from signals.simulator.name import choose

_WORDS = {
    "YES": {
        "en": ("YES", "YES", "Yes", "yes", "Yes please", "yes thank you", "Y", "YES!", "Yes."),
        "es": ("SI", "SÍ", "Si", "Sí", "sí", "Sí por favor", "si gracias", "SI.", "Si, está bien"),
        "pt": ("SIM", "Sim", "sim", "Sim por favor", "sim obrigada", "SIM.", "YES"),
        "ht": ("WI", "Wi", "wi", "Wi mèsi", "YES", "Wi, dakò"),
        "vi": ("YES", "Yes", "CÓ", "Có", "có", "Dạ có"),
        "km": ("YES", "Yes", "yes", "បាទ", "ចាស"),
        "zh": ("YES", "Yes", "是", "好的"),
        "ru": ("YES", "Да", "да", "Да, спасибо"),
    },
    "STOP": {
        "en": ("STOP", "STOP", "Stop", "stop", "Please stop", "no more please", "UNSUBSCRIBE"),
        "es": ("ALTO", "Alto", "PARAR", "STOP", "ya no más por favor", "alto por favor"),
        "pt": ("PARAR", "Parar", "STOP", "pare por favor"),
        "ht": ("STOP", "Stop", "Sispann", "sispann tanpri"),
        "vi": ("STOP", "Stop", "DỪNG", "ngừng lại"),
        "km": ("STOP", "Stop", "stop"),
    },
    "HELP": {
        "en": ("HELP", "Help", "help", "Who is this?", "INFO"),
        "es": ("AYUDA", "Ayuda", "ayuda", "¿Quién es?"),
        "pt": ("AJUDA", "Ajuda", "HELP", "Quem é?"),
        "ht": ("HELP", "ÈD", "Èd", "Kiyès sa ye?"),
        "vi": ("HELP", "Help", "GIÚP", "Ai vậy?"),
        "km": ("HELP", "Help", "help"),
    },
}
"""Ways of saying the same thing, by what is meant and by language; who speaks another one writes English."""


def worded(meaning: str, language: str, rng: np.random.Generator) -> str:
    """A text that means something.

    Args:
        meaning: YES, STOP or HELP; anything else is already a text, and stays.
        language: of who writes it.
        rng: where chance comes from.
    """
    ways = _WORDS.get(meaning)
    return meaning if ways is None else choose(rng, ways.get(language, ways["en"]))
