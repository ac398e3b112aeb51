"""An invented town: people in two agencies' files, written down with slips, the truth known."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from tests.signals.linkage.people import SCHOOLS, SHELTER, someone

_SYLLABLES = ("ba", "do", "ri", "me", "lu", "ka", "shi", "no", "ve", "ta", "pe", "go", "wi", "zu", "fa", "hel")
_ROADS = ("maple ave", "oak hill rd", "river st", "mill ln", "station rd", "harbor dr", "grove ct", "summit pl")


def _word(dice: random.Random, parts: int) -> str:
    return "".join(dice.choice(_SYLLABLES) for _ in range(parts)).title()


def _slip(dice: random.Random, word: str) -> str:
    """One letter left out."""
    at = dice.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def town(homes: int = 150, *, slips: float = 0.2, seed: int = 5) -> list[dict[str, Any]]:
    """Records of families of one to four; person N of the schools is person N of the shelter.

    Args:
        homes: how many families.
        slips: the share of shelter records with a letter missing in a name or another day of birth, and no number.
        seed: of the dice.
    """
    dice = random.Random(seed)
    names = [_word(dice, 2 + number % 2) for number in range(120)]
    surnames = [_word(dice, 3) for _ in range(90)]
    rows: list[dict[str, Any]] = []
    for number in range(homes):
        surname = dice.choice(surnames)
        street, postcode = f"{10 + number} {dice.choice(_ROADS)}", f"0{2100 + number % 7}"
        for member in range(dice.randint(1, 4)):
            person = number * 10 + member
            facts = {
                "first_name": dice.choice(names),
                "last_name": surname,
                "born_on": date(dice.randint(1960, 2020), dice.randint(1, 12), dice.randint(1, 28)),
                "street": street,
                "postcode": postcode,
            }
            rows.append(someone(f"edfi.student:{person}", SCHOOLS, **facts))
            if dice.random() < 0.7:
                seen = dict(facts)
                if dice.random() < slips:
                    seen["first_name"] = _slip(dice, str(seen["first_name"]))
                if dice.random() < slips:
                    seen["born_on"] = date(dice.randint(1960, 2020), dice.randint(1, 12), dice.randint(1, 28))
                rows.append(someone(f"hmis:{person}", SHELTER, **seen))
    return rows


def truly(key: str) -> int:
    """Who somebody is."""
    return int(key.partition(":")[2])
