"""What Alembic runs to apply or to write revisions; `flows.migrations` gives it the connection and the database."""

from __future__ import annotations

from alembic import context

from flows.migrations import version_table
from flows.migrations.scope import scope
from governance.database import metadata

_which = context.config.attributes["which"]

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=version_table(_which),
    include_object=scope(_which),
    render_as_batch=True,  # SQLite changes a column by copying its table
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
