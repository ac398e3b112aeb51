"""The rows that open corrections are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "correction_row",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", "record", name=op.f("pk_correction_row")),
    )


def downgrade() -> None:
    op.drop_table("correction_row")
