"""What a family means by what it texts. A no is heard in any wording; a yes only where nothing else can be meant.

Carriers know STOP and a few English words. These are the ways in which people of eight languages say it besides.
Whoever writes `please stop` or `ya no más` has said no.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Meaning(StrEnum):
    """What was meant. `other` is for a person to read."""

    STOP = "stop"
    YES = "yes"
    HELP = "help"
    OTHER = "other"


_STOP = (
    "stop", "stopall", "unsubscribe", "opt out", "optout", "no more", "dont text", "do not text", "stop texting",
    "leave me alone", "remove me", "take me off", "wrong number", "not interested", "never text",
    "alto", "parar", "pare", "paren", "basta", "cancelar", "no mas", "ya no", "no me escriba", "no me escriban",
    "no quiero",
    "numero equivocado", "detener", "dar de baja",
    "sair", "chega", "nao quero", "nao me mande", "nao me escreva", "numero errado",
    "sispann", "rete", "kanpe", "pa voye", "pa ekri",
    "arret", "arretez", "arreter", "ne plus",
    "dung", "ngung", "huy", "khong nhan",
    "стоп", "хватит", "отпис", "не пиш", "отмен",
)  # fmt: skip
"""Anywhere in a text, as whole words; a Russian stem also inside one."""
_STOP_ALONE = frozenset({
    "cancel", "end", "quit", "fin", "no", "terminar", "baja", "nao", "non", "khong", "нет", "revoke",
})  # fmt: skip
"""The whole of a text."""
_STOP_SIGNS = ("停", "退订", "退訂", "取消", "不要", "别发", "别再")
_HELP = frozenset({
    "help", "info", "ayuda", "ajuda", "ed", "aide", "giup", "tro giup", "помощь", "who is this", "quien es", "quem e",
    "kiyes sa ye", "ai vay",
})  # fmt: skip
_HELP_SIGNS = ("帮助", "幫助")
_YES = frozenset({"yes", "y", "yeah", "yep", "si", "sim", "wi", "oui", "ok", "okay", "da co", "co", "vang", "да"})
_YES_SIGNS = ("是", "好的", "同意")
_POLITE = frozenset({
    "please", "thank", "thanks", "you", "por", "favor", "gracias", "esta", "bien", "obrigada", "obrigado", "mesi",
    "dako", "spasibo", "спасибо", "merci", "i", "agree", "acepto", "tanpri", "cam", "on",
})  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


def meaning(text: str) -> Meaning:
    """What a text means.

    Args:
        text: its words, in any language and any case.
    """
    words = _WORD.findall(_bare(text))
    plain = " ".join(words)
    if _is_stop(plain, text):
        return Meaning.STOP
    if plain in _HELP or any(sign in text for sign in _HELP_SIGNS):
        return Meaning.HELP
    if _is_yes(words, plain) or text.strip(" .!。") in _YES_SIGNS:
        return Meaning.YES
    return Meaning.OTHER


def _is_stop(plain: str, text: str) -> bool:
    if plain in _STOP_ALONE or any(sign in text for sign in _STOP_SIGNS):
        return True
    return any(re.search(rf"\b{phrase}" + ("" if _is_stem(phrase) else r"\b"), plain) for phrase in _STOP)


def _is_stem(phrase: str) -> bool:
    """A Cyrillic word is written with many endings."""
    return not phrase.isascii()


def _is_yes(words: list[str], plain: str) -> bool:
    """A yes, with nothing around it but thanks."""
    if plain in _YES:
        return True
    return bool(words) and words[0] in _YES and all(word in _POLITE for word in words[1:])


def _bare(text: str) -> str:
    """Small letters without accents and apostrophes: `Sí`, `si` and `SI` are one word, `don't` is `dont`."""
    spread = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("’", ""))
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).replace("đ", "d")
