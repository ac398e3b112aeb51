"""What an installation can be told, by environment or by option. Built once, in `flows.bootstrap`."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from governance.database import sqlite_url
from governance.role import Role


class Settings(BaseSettings):
    """Settings of one installation; each can be given as `HEARTHLINE_<NAME>`.

    `home` is the folder that holds everything Hearthline writes. `database_url` is an SQLAlchemy URL; empty means
    SQLite inside home. `policy` is a folder of an agency's own `agreements/ feeds/ rules/ programmes/ messages/`;
    empty means the packaged example Commonwealth.
    """

    model_config = SettingsConfigDict(env_prefix="HEARTHLINE_", frozen=True, extra="forbid")

    home: Path = Path(".hearthline")
    database_url: str = ""
    policy: Path | None = None
    organisation: str = "EOHHS"
    """Agency whose staff use this installation: what a decision compares with an agreement's parties."""
    timezone: str = "America/New_York"
    purpose: str = "prevention.outreach"
    """What a night is for. It asks for this purpose or one below it, never for more."""
    grant_minutes: int = Field(default=15, ge=1, le=240)
    second_opinion: bool = False
    """Whether Cedar decides every use as well, on policies made from the agreements. Where the two differ, it is no."""
    link_backend: Literal["passes", "duckdb", "spark"] = "duckdb"
    """Whether linkage, after its passes, looks for likely links too, with Splink on DuckDB or on Spark."""
    staff: dict[str, date] = Field(
        default_factory=lambda: {f"worker-{number}": date(2034, 12, 31) for number in range(1, 5)}
    )
    """Caseworkers who take tasks, by staff id, each with the last day on which their training counts. The default is
    the example Commonwealth's. Whoever is not listed is not trained."""
    officers: dict[str, tuple[Role, ...]] = Field(default_factory=dict)
    """Who may move agreements: roles by staff id. While nobody is named, an id that is a role's own name holds it."""
    council: tuple[str, ...] = ()
    """Members of the Data Steward Council by staff id, who vote on agreements. Without them it approves as one body."""
    council_quorum: int | None = Field(default=None, ge=1)
    """Votes for an agreement that approve it; left out, more than half of the members who may vote on it."""
    tasks_per_worker: int = Field(default=10, ge=1)
    """Tasks that fit one worker's day: the list is cut to this, not to a threshold. The rest waits for room."""

    witnesses: tuple[str, ...] = ()
    """Public keys of other offices that sign the ledger's heads, as `hearthline witness init` prints them."""
    witness_quorum: int = Field(default=0, ge=0)
    """How many of them must have signed a head before `doctor` is content."""

    work_begins: time = time(7)
    work_ends: time = time(19)
    """Office hours, where the agency works: looks outside them, or on a holiday, are shown to the privacy officer."""

    contact_opens: time = time(9)
    contact_closes: time = time(20)
    """Hours of the day, where the agency works, in which a family may be sent an offer by text."""
    texts_per_week: int = Field(default=2, ge=1)
    """Offers that one phone gets in seven days, at most, across everything."""

    channel: Literal["outbox", "twilio"] = "outbox"
    """Where texts go: to an outbox on this machine, or out through Twilio."""
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_messaging_service_sid: str = ""
    public_url: str = ""
    """Where Twilio and the e-signature service reach this console, such as `https://help.example`; empty where they do
    not."""
    office_name: str = "Family Help Line"
    office_phone: str = "(413) 555-0100"
    """Who texts, and the number that a person answers."""

    envelope: Literal["local", "rest"] = "local"
    """How papers go out for signature: signed here with keys, or through an e-signature service."""
    envelope_url: str = ""
    """The service's base address, such as `https://sign.example`."""
    envelope_account: str = ""
    envelope_token: SecretStr = SecretStr("")
    envelope_secret: SecretStr = SecretStr("")
    """What the service signs its notices with; two, with a space between them, while one replaces the other."""

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Settings:
        if self.contact_opens >= self.contact_closes:
            raise ValueError("contact_opens must be before contact_closes")
        return self

    @model_validator(mode="after")
    def _council_can_decide(self) -> Settings:
        if len(set(self.council)) != len(self.council):
            raise ValueError("council must name each member once")
        if self.council_quorum is not None and self.council_quorum > max(len(self.council), 1):
            raise ValueError("council_quorum must not be more than the council has members")
        return self

    @property
    def workers(self) -> tuple[str, ...]:
        """Staff ids of those who take tasks, in a fixed order."""
        return tuple(sorted(self.staff))

    @property
    def operational_url(self) -> str:
        """URL of the operational database."""
        return self.database_url or sqlite_url(self.home / "hearthline.db")

    @property
    def ledger_url(self) -> str:
        """URL of the ledger's database: its own file, or its own schema of the same server."""
        return self.database_url or sqlite_url(self.home / "ledger.db")

    @property
    def vault(self) -> Path:
        """Folder of the keys. Back it up apart from everything else, or not at all."""
        return self.home / "vault"

    @property
    def sealed(self) -> Path:
        """Folder of the sealed signal files."""
        return self.home / "sealed"
