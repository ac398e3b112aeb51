"""What an installation can be told, by environment or by option. Built once, in `flows.bootstrap`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from governance.database import sqlite_url


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
    staff: dict[str, date] = Field(
        default_factory=lambda: {f"worker-{number}": date(2034, 12, 31) for number in range(1, 5)}
    )
    """Caseworkers who take tasks, by staff id, each with the last day on which their training counts. The default is
    the example Commonwealth's. Whoever is not listed is not trained."""
    tasks_per_worker: int = Field(default=10, ge=1)
    """Tasks that fit one worker's day: the list is cut to this, not to a threshold. The rest waits for room."""

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
