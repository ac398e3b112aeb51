"""What no text may hold. A phone lies on a kitchen table: whoever reads it must learn nothing about the family.

No word of why (courts, rent, school, shelter, police, risk, score), no programme, no amount, no number but the office's
own, no day, no name, no link. Checked when a template is loaded, and again of every text that is about to leave.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

_WORDS = {
    "a score": ("score", "risk", "predict", "model", "puntaje", "puntuacion", "riesgo", "predicc"),
    "a court": (
        "evict", "court", "judge", "judgment", "hearing", "lawsuit", "docket", "sheriff", "legal", "lawyer", "attorney",
        "desaloj", "desahuc", "lanzamiento", "corte", "tribunal", "juez", "juzgado", "audiencia", "abogad",
    ),
    "a home": (
        "rent", "landlord", "lease", "tenan", "shelter", "homeless", "housing", "move out", "alquiler", "arrend",
        "renta", "casero", "inquilin", "refugio", "albergue", "sin hogar", "vivienda", "mudar",
    ),
    "benefits": (
        "snap", "ebt", "tanf", "tafdc", "food stamp", "welfare", "medicaid", "masshealth", "recertif", "estampillas",
        "cupones", "asistencia publica",
    ),
    "a bill": (
        "shut-off", "shutoff", "shut off", "utility", "electric", "past due", "owe", "debt", "corte de luz", "deuda",
        "factura",
    ),
    "a school": ("school", "attendance", "absen", "truan", "student", "escuela", "ausen", "alumno", "estudiante"),
    "the police": (
        "arrest", "police", "jail", "prison", "custody", "probation", "policia", "carcel", "detenid", "preso",
    ),
    "work": ("unemploy", "laid off", "jobless", "desemple", "despid"),
    "health or safety": ("abuse", "violence", "diagnos", "disab", "pregnan", "abuso", "violencia", "embaraz"),
    "a child": ("your son", "your daughter", "your child", "your kid", "su hijo", "su hija", "sus hijos", "sus ninos"),
    "a case": ("case no", "case num", "your case", "caseworker", "expediente", "su caso", "numero de caso"),
    "a name": ("dear", "hello", "hi", "mr", "mrs", "ms", "estimad", "querid", "hola", "senor"),
}  # fmt: skip
_WHOLE = frozenset({"hi", "mr", "mrs", "ms", "dear", "hello", "hola", "snap", "ebt"})
"""Words that are also the beginning of others."""
_PATTERNS = {
    "an amount": re.compile(r"[$€£%]|\b\d+(?:\.\d\d)?\s?(?:dollars|usd|dolares)\b"),
    "a link": re.compile(r"\w://|www\.|\b[\w-]+\.(?:com|org|gov|net|us|info|ly|io|me|co|app|link|example)\b"),
    "a day": re.compile(
        r"\b\d{1,2}[/.-]\d{1,2}\b|\b(?:today|tomorrow|tonight|hoy|manana)\b"
        r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)\b"
        r"|\b(?:january|february|april|june|july|august|september|october|november|december)\b"
        r"|\b(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
    ),
    "a number": re.compile(r"\d"),
    "an address for mail": re.compile(r"[\w.]+@[\w.]+"),
}

_TELEPHONE = re.compile(r"[\d ()+.-]+")


def sensitive(text: str, *, allowed: Collection[str] = ()) -> tuple[str, ...]:
    """Everything in a text that must not be there, in words; nothing where it may leave.

    Args:
        text: the words.
        allowed: texts whose numbers may stand in it: the office's telephone and its name. Their words are read too.
    """
    rest = _bare(text)
    for number in sorted((number for each in allowed for number in _numbers(_bare(each))), key=len, reverse=True):
        rest = rest.replace(number, " ")
    return tuple(
        dict.fromkeys([*_words(_bare(text)), *(what for what, sign in _PATTERNS.items() if sign.search(rest))])
    )


def _numbers(text: str) -> list[str]:
    """A telephone as a whole, or the numbers in a name."""
    return [text] if _TELEPHONE.fullmatch(text) else re.findall(r"\d+", text)


def _words(text: str) -> Iterator[str]:
    for what, words in _WORDS.items():
        if any(re.search(rf"\b{re.escape(word)}" + (r"\b" if word in _WHOLE else ""), text) for word in words):
            yield f"a word about {what}" if what != "a name" else what


def _bare(text: str) -> str:
    """Small letters without accents and without what cannot be seen, so that no way of writing slips through."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    seen = (letter for letter in spread if unicodedata.category(letter) not in {"Mn", "Cf"})
    return re.sub(r"\s+", " ", "".join(seen))
