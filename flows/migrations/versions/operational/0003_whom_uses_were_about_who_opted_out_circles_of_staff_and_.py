"""Whom uses were about, who opted out, circles of staff, and published tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opt_out",
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("receipt", "digest", name=op.f("pk_opt_out")),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "sha256", name=op.f("pk_release")),
    )
    op.create_table(
        "staff_circle",
        sa.Column("staff", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("staff", "digest", name=op.f("pk_staff_circle")),
    )
    op.create_table(
        "subject_use",
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("household", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("commitment", "household", name=op.f("pk_subject_use")),
    )
    with op.batch_alter_table("subject_use", schema=None) as batch_op:
        batch_op.create_index("ix_subject_use_household", ["household"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("subject_use", schema=None) as batch_op:
        batch_op.drop_index("ix_subject_use_household")

    op.drop_table("subject_use")
    op.drop_table("staff_circle")
    op.drop_table("release")
    op.drop_table("opt_out")
