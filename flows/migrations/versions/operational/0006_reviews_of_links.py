"""Reviews of links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_asked",
        sa.Column("link", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("link", name=op.f("pk_link_asked")),
    )
    op.create_table(
        "link_review",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("left_digest", sa.String(length=64), nullable=False),
        sa.Column("right_digest", sa.String(length=64), nullable=False),
        sa.Column("left_space", sa.String(length=64), nullable=False),
        sa.Column("right_space", sa.String(length=64), nullable=False),
        sa.Column("left_agreement", sa.String(length=64), nullable=False),
        sa.Column("right_agreement", sa.String(length=64), nullable=False),
        sa.Column("left_household", sa.String(length=64), nullable=False),
        sa.Column("right_household", sa.String(length=64), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("despite_numbers", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_review")),
        sa.UniqueConstraint("left_digest", "right_digest", name=op.f("uq_link_review_left_digest_right_digest")),
    )
    op.create_table(
        "link_hold",
        sa.Column("household", sa.String(length=64), nullable=False),
        sa.Column("review", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["review"], ["link_review.id"], name=op.f("fk_link_hold_review_link_review")),
        sa.PrimaryKeyConstraint("household", "review", name=op.f("pk_link_hold")),
    )
    op.create_table(
        "link_review_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("review", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["review"], ["link_review.id"], name=op.f("fk_link_review_event_review_link_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_review_event")),
    )
    with op.batch_alter_table("link_review_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_review_event_review"), ["review"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("link_review_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_review_event_review"))

    op.drop_table("link_review_event")
    op.drop_table("link_hold")
    op.drop_table("link_review")
    op.drop_table("link_asked")
