"""Messages: reviewed texts by kind and language. A text that nobody reviewed does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import Field, StringConstraints

from alerts.keyword import Meaning, is_told
from alerts.segment import Size, size
from alerts.sensitive import sensitive
from governance.errors import Misconfigured
from governance.written import Text as Words
from governance.written import Written, invalid, read, read_yaml

PACKAGED = Path(__file__).parent / "messages"
"""The example Commonwealth's messages."""

SLOTS = frozenset({"office", "phone"})
"""What a text may have filled in: who sends it, and the number to call. Nothing about a family ever is."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z][a-z]{3})?$")]


class Kind(StrEnum):
    """What a text is for."""

    INVITE = "invite"
    CONFIRMED = "confirmed"
    OFFER = "offer"
    OFFER_SOON = "offer_soon"
    STOPPED = "stopped"
    HELP = "help"
    UNKNOWN_REPLY = "unknown_reply"


_OUT = (Meaning.STOP, Meaning.HELP)
TELLS: Mapping[Kind, tuple[Meaning, ...]] = {
    Kind.INVITE: (Meaning.YES, *_OUT),
    Kind.CONFIRMED: _OUT,
    Kind.OFFER: _OUT,
    Kind.OFFER_SOON: _OUT,
    Kind.STOPPED: (),
    Kind.HELP: (Meaning.STOP,),
    Kind.UNKNOWN_REPLY: _OUT,
}
"""What a family can answer, and so must be told a word for, that we understand in that language."""


class Wording(Written):
    """A text in one language, and who reviewed it when."""

    text: Words
    reviewed_by: Words
    reviewed_on: date


class Template(Written):
    """One message in every language in which it was reviewed. A changed word is a new version."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    kind: Annotated[Kind, Field(strict=False)]
    topic: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    version: Annotated[int, Field(ge=1)]
    texts: Mapping[Language, Wording]

    @property
    def name(self) -> str:
        """The template with its version: `offer@1`."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who texts: the name that families know, and the number that a person answers."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text as it would leave: its words hold nothing about anybody."""

    template: str
    topic: str
    language: str
    body: str
    size: Size


class Messages(dict[Kind, Template]):
    """The template of each kind."""

    def text(self, kind: Kind, language: str, office: Office) -> Text | None:
        """A text; None where nobody reviewed that kind in that language.

        Args:
            kind: what for.
            language: the family's.
            office: who sends it.

        Raises:
            Misconfigured: `MESSAGE_SENSITIVE` where filling it in made it say something.
        """
        template = self[kind]
        wording = template.texts.get(language)
        if wording is None:
            return None
        body = wording.text.format(office=office.name, phone=office.phone)
        found = sensitive(body, allowed=(office.phone, office.name))
        if found:
            raise _sensitive(f"{template.id}, {language}", found)
        return Text(template=template.name, topic=template.topic, language=language, body=body, size=size(body))


def load_messages(folder: Path | None = None) -> Messages:
    """Every message of a folder, one YAML file each.

    Args:
        folder: an agency's own; the packaged example where it is left out.

    Raises:
        Misconfigured: `POLICY_INVALID`, naming file and key; `MESSAGE_SENSITIVE` for a text that says too much.
    """
    found = Messages()
    for path in sorted((folder or PACKAGED).glob("*.yaml")):
        template = read(Template, read_yaml(path), where=path.name)
        if template.kind in found:
            raise invalid(path.name, "kind", f"there is a message of kind {template.kind} already")
        for language, wording in template.texts.items():
            _check(path.name, template.kind, language, wording.text)
        found[template.kind] = template
    missing = sorted(set(Kind) - set(found))
    if missing:
        raise invalid("messages", "kind", f"no message is of kind {', '.join(missing)}")
    return found


def _check(file: str, kind: Kind, language: str, text: str) -> None:
    where = f"texts.{language}"
    slots = _slots(file, where, text)
    if not slots <= SLOTS:
        raise invalid(file, where, f"only {', '.join(sorted(SLOTS))} can be filled in")
    if "office" not in slots:
        raise invalid(file, where, "it does not say who sends it ({office})")
    plain = text.replace("{phone}", " ").replace("{office}", " ")
    untold = [wanted for wanted in TELLS[kind] if not is_told(plain, wanted)]
    if untold:
        raise invalid(file, where, f"it names no word, in capitals, that is understood as {' or '.join(untold)}")
    found = sensitive(plain)
    if found:
        raise _sensitive(f"{file}, {language}", found)


def _slots(file: str, where: str, text: str) -> set[str]:
    """What a text has filled in; a brace that is none of that is a mistake."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        raise invalid(file, where, "a brace stands alone") from None


def _sensitive(where: str, found: tuple[str, ...]) -> Misconfigured:
    return Misconfigured(
        f"{where}: a text may not hold {', '.join(found)}.",
        "Say it without: whoever finds the phone must learn nothing.",
        code="MESSAGE_SENSITIVE",
    )
