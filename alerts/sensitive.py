"""What no text may hold. A phone lies on a kitchen table: whoever reads it must learn nothing about the family.

No word of why (courts, rent, benefits, school, shelter, police, risk, score), no amount, no number but the office's
own, no day, no link. Checked when a template is loaded, and again of every text that is about to leave.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_WORDS = {
    "a score": ("score", "risk", "predict", "model", "puntaje", "puntuacion", "riesgo", "predicc"),
    "a court": (
        "evict", "court", "judge", "hearing", "lawsuit", "docket", "desaloj", "corte", "tribunal", "juez", "audiencia",
    ),
    "a home": (
        "rent", "landlord", "lease", "shelter", "homeless", "housing", "alquiler", "renta", "casero", "refugio",
        "albergue", "sin hogar", "vivienda",
    ),
    "benefits": (
        "snap", "ebt", "tanf", "tafdc", "food stamp", "welfare", "medicaid", "estampillas", "cupones",
    ),
    "a bill": (
        "shut-off", "shutoff", "shut off", "utility", "electric", "past due", "owe", "debt", "corte de luz", "deuda",
        "factura",
    ),
    "a school": ("school", "absen", "truan", "student", "escuela", "ausen", "alumno", "estudiante"),
    "the police": ("arrest", "police", "jail", "custody", "probation", "policia", "carcel", "detenid"),
    "work": ("unemploy", "laid off", "jobless", "desemple", "despid"),
    "health or safety": ("abuse", "violence", "diagnos", "disab", "pregnan", "abuso", "violencia", "embaraz"),
    "a child": ("your son", "your daughter", "your child", "su hijo", "su hija"),
}  # fmt: skip
_PATTERNS = {
    "an amount": re.compile(r"[$€£]\s?\d|\b\d+(?:\.\d\d)?\s?(?:dollars|usd|dolares)\b"),
    "a link": re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|org|gov|net|us|info|ly|example)\b"),
    "a day": re.compile(r"\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b|\b20\d\d\b"),
    "a number": re.compile(r"\d{3,}"),
    "an address for mail": re.compile(r"[\w.]+@[\w.]+"),
}


def sensitive(text: str, *, allowed: str = "") -> tuple[str, ...]:
    """Everything in a text that must not be there, in words; nothing where it may leave.

    Args:
        text: the words.
        allowed: the one number that may stand in it: the office's.
    """
    rest = _bare(text.replace(allowed, " ") if allowed else text)
    return tuple(dict.fromkeys(_found(rest)))


def _found(text: str) -> Iterator[str]:
    for what, words in _WORDS.items():
        if any(re.search(rf"\b{re.escape(word)}", text) for word in words):
            yield f"a word about {what}"
    for what, pattern in _PATTERNS.items():
        if pattern.search(text):
            yield what


def _bare(text: str) -> str:
    """Small letters without accents, so that no way of writing a word slips through."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
