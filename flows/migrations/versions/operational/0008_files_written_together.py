"""Files written together from several, and files that were replaced and may still be read for a while.

What is on record about households names from now on the files whose rows it is about; so far it was all of a delivery's
files of a month.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sealed_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sources", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    files = sa.table(
        "sealed_file",
        *(sa.column(name) for name in ("id", "kind", "delivery", "month")),
        sa.column("sources", sa.JSON()),
    )
    about: dict[tuple[str, str], list[str]] = {}
    for row in connection.execute(sa.select(files).where(files.c.kind == "signal").order_by(files.c.id)):
        about.setdefault((row.delivery, row.month), []).append(row.id)
    for row in connection.execute(sa.select(files).where(files.c.kind == "attribution")).all():
        sources = about.get((row.delivery, row.month), [])
        connection.execute(sa.update(files).where(files.c.id == row.id).values(sources=sources))


def downgrade() -> None:
    with op.batch_alter_table("sealed_file", schema=None) as batch_op:
        batch_op.drop_column("retired_at")
        batch_op.drop_column("sources")
