"""Where a text stands in a JSON object: `studentReference/studentUniqueId`, name by name through nested objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A path, ready to be followed: the names from the outermost object inwards."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, written: str) -> JsonPath:
        """A path as a feed writes it.

        Args:
            written: names with a `/` between them.

        Raises:
            ValueError: it is none.
        """
        names = written.split("/")
        if not all(_NAME.fullmatch(name) for name in names):
            raise ValueError("not a path such as studentReference/studentUniqueId")
        return cls(tuple(names))

    def text(self, found: dict[str, Any]) -> str | None:
        """The text that stands there; None where a name on the way is missing, or is null.

        Args:
            found: an object whose numbers were left as they are written.

        Raises:
            ValueError: something stands there, or on the way, that cannot: a list, say, or a text that is no Unicode.
        """
        here: Any = found
        for name in self.names:
            if not isinstance(here, dict):
                raise ValueError("no object stands on the way")  # noqa: TRY004  the line is wrong, not the program
            here = here.get(name)
            if here is None:
                return None
        if isinstance(here, bool):
            return "true" if here else "false"
        if not isinstance(here, str):
            raise ValueError("no text stands there")  # noqa: TRY004  the line is wrong, not the program
        here.encode()  # half of a surrogate pair, which JSON can write, is no character
        return here
