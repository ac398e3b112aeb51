"""The composition root: the one place that builds things and puts them together."""

from __future__ import annotations

from pathlib import Path

from flows.assembly import assemble
from flows.demo_clock import clock_of
from flows.migrations import migrate, pending
from flows.services import Services
from governance.adoption import adopt
from governance.circle import SECRET as CIRCLE
from governance.clock import Clock
from governance.contact import SECRET as CONTACT
from governance.database import LEDGER_SCHEMA, connect
from governance.errors import Misconfigured
from governance.keystore import FileKeyStore, KeyStore
from governance.opt_out import SECRET as OPT_OUT
from governance.settings import Settings
from governance.vault import Vault

__all__ = ["ENCLAVE", "MARK", "Services", "build", "initialise", "read_settings"]

ENCLAVE = "enclave"
"""The secret that linkage makes pseudonyms with."""

MARK = "HEARTHLINE"
"""The file that says that a folder is a home, and that setting it up came to its end."""


def read_settings(home: Path | None = None) -> Settings:
    """The settings of this run: the environment's, with the home that was given; read here and nowhere else.

    Args:
        home: the installation's folder; the environment's where it is left out.
    """
    return Settings() if home is None else Settings(home=home)


def build(settings: Settings, *, clock: Clock | None = None, keystore: KeyStore | None = None) -> Services:
    """Everything, for an installation that was set up before.

    Args:
        settings: the installation's.
        clock: for tests; the machine's clock where it is left out, or the demonstration's own.
        keystore: for tests and key services; files in home where it is left out.

    Raises:
        Misconfigured: `HOME_MISSING` where nothing was set up, `MIGRATION_NEEDED` where it is older than this program.
    """
    if not (settings.home / MARK).exists():
        raise Misconfigured(
            f"{settings.home} is not a Hearthline home.", "Run `hearthline init` first.", code="HOME_MISSING"
        )
    house = assemble(settings, clock or clock_of(settings), keystore or FileKeyStore(settings.vault))
    for which, engine in house.databases.items():
        if pending(engine, which):
            raise Misconfigured(
                f"The {which} database is older than this program.", "Run `hearthline init`.", code="MIGRATION_NEEDED"
            )
    return house


def initialise(settings: Settings, *, clock: Clock | None = None, keystore: KeyStore | None = None) -> Services:
    """Set an installation up, or bring it up to date; running it again changes nothing.

    Makes the home, both databases and the keys, and puts the policy's agreements on file. Those whose signatures fit
    their text come into force; the others wait for theirs.

    Args:
        settings: the installation's.
        clock: for tests.
        keystore: for tests and key services.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = keystore or FileKeyStore(settings.vault)
    vault = Vault(keys)
    vault.prepare()
    for name in (ENCLAVE, CONTACT, CIRCLE, OPT_OUT):  # made now, so that a copy of this home gives the same pseudonyms
        vault.secret(name)
    migrate(connect(settings.operational_url), "operational")
    migrate(connect(settings.ledger_url, durable=True, schema=LEDGER_SCHEMA), "ledger")
    house = assemble(settings, clock or clock_of(settings), keys)
    adopt(house.register, house.policy, by="hearthline init")
    (settings.home / MARK).write_text("A Hearthline home. Keep vault/ apart from its backups.\n", encoding="utf-8")
    return house
