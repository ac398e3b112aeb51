"""Models, consent, messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent_move",
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contact", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_consent_move")),
    )
    with op.batch_alter_table("consent_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_move_contact"), ["contact"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("household", sa.String(length=64), nullable=True),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_household"), ["household"], unique=False)

    op.create_table(
        "inbound",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.String(length=40), nullable=False),
        sa.Column("meaning", sa.String(length=16), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
    )
    with op.batch_alter_table("inbound", schema=None) as batch_op:
        batch_op.create_index("ix_inbound_contact", ["contact", "received_at"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.String(length=40), nullable=False),
        sa.Column("household", sa.String(length=64), nullable=True),
        sa.Column("task", sa.String(length=40), nullable=True),
        sa.Column("run", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("clearance", sa.String(length=40), nullable=False),
        sa.Column("consent_entry", sa.Integer(), nullable=True),
        sa.Column("grant_id", sa.String(length=40), nullable=False),
        sa.Column("lineage", sa.JSON(), nullable=False),
        sa.Column("in_reply_to", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_contact"), ["contact"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_household"), ["household"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_run"), ["run"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_task"), ["task"], unique=False)

    op.create_table(
        "model",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("owners", sa.JSON(), nullable=False),
        sa.Column("lineage", sa.JSON(), nullable=False),
        sa.Column("datasets", sa.JSON(), nullable=False),
        sa.Column("indicators", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("cutoffs", sa.JSON(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model")),
    )
    with op.batch_alter_table("model", schema=None) as batch_op:
        batch_op.create_index("ix_model_use", ["purpose", "promoted_at"], unique=False)

    op.create_table(
        "message_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name=op.f("fk_message_event_message_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_event")),
        sa.UniqueConstraint("message", "status", name=op.f("uq_message_event_message_status")),
    )
    op.create_table(
        "model_event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["model"], ["model.id"], name=op.f("fk_model_event_model_model")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_event")),
    )
    with op.batch_alter_table("model_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_model_event_model"), ["model"], unique=False)

    with op.batch_alter_table("task", schema=None) as batch_op:
        # tasks that stand already were made by rules alone: they rest on no model
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch_op.add_column(sa.Column("score_datasets", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column("score_sealed", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.alter_column("score_datasets", server_default=None)
        batch_op.alter_column("rank", server_default=None)
        batch_op.drop_index("ix_task_queue")
        batch_op.create_index("ix_task_queue", ["status", "owner", "tier", "rank"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_queue")
        batch_op.create_index("ix_task_queue", ["status", "owner", "tier", "due_on"], unique=False)
        batch_op.drop_column("score_sealed")
        batch_op.drop_column("score_datasets")
        batch_op.drop_column("rank")

    with op.batch_alter_table("model_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_model_event_model"))

    op.drop_table("model_event")
    op.drop_table("message_event")
    with op.batch_alter_table("model", schema=None) as batch_op:
        batch_op.drop_index("ix_model_use")

    op.drop_table("model")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_task"))
        batch_op.drop_index(batch_op.f("ix_message_run"))
        batch_op.drop_index(batch_op.f("ix_message_provider_id"))
        batch_op.drop_index(batch_op.f("ix_message_household"))
        batch_op.drop_index(batch_op.f("ix_message_contact"))

    op.drop_table("message")
    with op.batch_alter_table("inbound", schema=None) as batch_op:
        batch_op.drop_index("ix_inbound_contact")

    op.drop_table("inbound")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_household"))

    op.drop_table("contact")
    with op.batch_alter_table("consent_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_move_contact"))

    op.drop_table("consent_move")
