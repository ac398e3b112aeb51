"""Write the next revision from what the code's tables and a fresh database differ in: read it before keeping it.

Called as `python -m flows.migrations operational "tasks get a due date"`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import get_args

from alembic import command
from alembic.script import ScriptDirectory

from flows.migrations import Which, configuration, migrate
from flows.migrations.scope import declare
from governance.database import connect, sqlite_url, transaction


def revise(which: Which, message: str) -> None:
    """Write the next revision of a database.

    Args:
        which: the database.
        message: what changes, as a short sentence.
    """
    declare()
    count = len(list(ScriptDirectory.from_config(configuration(which)).walk_revisions()))
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(sqlite_url(Path(folder) / "fresh.db"))
        migrate(engine, which)
        with transaction(engine) as connection:
            config = configuration(which, connection)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            config.set_main_option("truncate_slug_length", "60")
            written = command.revision(config, message, autogenerate=True, rev_id=f"{count + 1:04d}")
        engine.dispose()
    for script in written if isinstance(written, list) else [written]:
        if script is not None:
            _tidy(Path(script.path))


def _tidy(path: Path) -> None:
    """Take out Alembic's remarks; they say to read what it wrote, which is said above."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.strip().startswith("# ###")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in get_args(Which):  # noqa: PLR2004 the program, which, message
        sys.exit("usage: python -m flows.migrations operational|ledger MESSAGE")
    revise("ledger" if sys.argv[1] == "ledger" else "operational", sys.argv[2])
