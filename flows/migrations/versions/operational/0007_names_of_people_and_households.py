"""Names of people and households."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_change",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("link", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("old", sa.String(length=64), nullable=False),
        sa.Column("new", sa.String(length=64), nullable=False),
        sa.Column("keys", sa.Integer(), nullable=False),
        sa.Column("agreements", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_change")),
    )
    with op.batch_alter_table("link_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_change_old"), ["old"], unique=False)

    op.create_table(
        "link_name",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("household", sa.String(length=64), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", "agreement", "person", "household", name=op.f("pk_link_name")),
    )
    with op.batch_alter_table("link_name", schema=None) as batch_op:
        batch_op.create_index("ix_link_name_household", ["household"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("link_name", schema=None) as batch_op:
        batch_op.drop_index("ix_link_name_household")

    op.drop_table("link_name")
    with op.batch_alter_table("link_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_change_old"))

    op.drop_table("link_change")
