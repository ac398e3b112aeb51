"""What became of quarantined rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("quarantined_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contract", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("state", sa.String(length=12), server_default="open", nullable=False))
        batch_op.add_column(sa.Column("decided_by", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("resolved_by", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("reason_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("quarantined_row", schema=None) as batch_op:
        for name in ("reason_sealed", "resolved_by", "decided_at", "decided_by", "state", "contract"):
            batch_op.drop_column(name)
