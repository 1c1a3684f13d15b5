"""Receipts, shipments with what phones report of them, and distributions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "goods_receipt",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("donation_id", KEY, nullable=False),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_by", sa.String(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("transport_reference", sa.String(), nullable=False),
        sa.Column("documents_complete", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("movement_id", KEY, nullable=True),
        sa.Column("paper_id", KEY, nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["donation_id"], ["donation.id"], name=op.f("fk_goods_receipt_donation_id")
        ),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["stock_movement.id"], name=op.f("fk_goods_receipt_movement_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_goods_receipt_organisation_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_goods_receipt_paper_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_goods_receipt_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["place.id"], name=op.f("fk_goods_receipt_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_receipt")),
    )
    op.create_index("ix_goods_receipt_donation_id", "goods_receipt", ["donation_id"], unique=False)
    op.create_index("ix_goods_receipt_site_id", "goods_receipt", ["site_id"], unique=False)
    op.create_table(
        "goods_receipt_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("receipt_id", KEY, nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("donation_line_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("stated", sa.BigInteger(), nullable=False),
        sa.Column("good", sa.BigInteger(), nullable=False),
        sa.Column("damaged", sa.BigInteger(), nullable=False),
        sa.Column("is_claimed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "stated + good + damaged > 0", name=op.f("ck_goods_receipt_line_says_something")
        ),
        sa.CheckConstraint(
            "stated >= 0 AND good >= 0 AND damaged >= 0",
            name=op.f("ck_goods_receipt_line_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["donation_line_id"],
            ["donation_line.id"],
            name=op.f("fk_goods_receipt_line_donation_line_id"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_goods_receipt_line_lot_id")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_goods_receipt_line_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["goods_receipt.id"], name=op.f("fk_goods_receipt_line_receipt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_receipt_line")),
    )
    op.create_index(
        "ix_goods_receipt_line_donation_line_id",
        "goods_receipt_line",
        ["donation_line_id"],
        unique=False,
    )
    op.create_index(
        "ix_goods_receipt_line_receipt_id", "goods_receipt_line", ["receipt_id"], unique=False
    )
    op.create_table(
        "shipment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("origin_id", KEY, nullable=False),
        sa.Column("destination_id", KEY, nullable=False),
        sa.Column("in_transit_place_id", KEY, nullable=True),
        sa.Column("transport", sa.String(length=40), nullable=False),
        sa.Column("transport_reference", sa.String(), nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("vehicle_plate", sa.String(), nullable=False),
        sa.Column("trailer_plate", sa.String(), nullable=False),
        sa.Column("driver_id", sa.Integer(), nullable=True),
        sa.Column("driver_name", sa.String(), nullable=False),
        sa.Column("driver_phone", sa.String(), nullable=False),
        sa.Column("seal_number", sa.String(), nullable=False),
        sa.Column("requisition_reference", sa.String(), nullable=False),
        sa.Column("departs_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("origin_id <> destination_id", name=op.f("ck_shipment_goes_somewhere")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["place.id"], name=op.f("fk_shipment_destination_id")
        ),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["user_account.id"], name=op.f("fk_shipment_driver_id")
        ),
        sa.ForeignKeyConstraint(
            ["in_transit_place_id"], ["place.id"], name=op.f("fk_shipment_in_transit_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_shipment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["place.id"], name=op.f("fk_shipment_origin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("code", name=op.f("uq_shipment_code")),
        sa.UniqueConstraint("organisation_id", "number", name="uq_shipment_number"),
    )
    op.create_index("ix_shipment_destination_id", "shipment", ["destination_id"], unique=False)
    op.create_index("ix_shipment_driver_id", "shipment", ["driver_id"], unique=False)
    op.create_index(
        "ix_shipment_organisation_id_status",
        "shipment",
        ["organisation_id", "status", "id"],
        unique=False,
    )
    op.create_index("ix_shipment_origin_id", "shipment", ["origin_id"], unique=False)
    op.create_table(
        "shipment_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shipment_id", KEY, nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_line_quantity_positive")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_shipment_line_item_id")),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["item_pack.id"], name=op.f("fk_shipment_line_pack_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_line_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_line")),
        sa.UniqueConstraint("shipment_id", "line_number", name="uq_shipment_line_number"),
    )
    op.create_table(
        "shipment_load",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shipment_id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("delivered", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "delivered >= 0 AND returned >= 0 AND lost >= 0"
            " AND delivered + returned + lost <= quantity",
            name=op.f("ck_shipment_load_accounted_for"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_load_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["shipment_line.id"], name=op.f("fk_shipment_load_line_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_shipment_load_lot_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_shipment_load_place_id")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_load_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_load")),
        sa.UniqueConstraint("line_id", "lot_id", "place_id", name="uq_shipment_load_once"),
    )
    op.create_index("ix_shipment_load_lot_id", "shipment_load", ["lot_id"], unique=False)
    op.create_index("ix_shipment_load_shipment_id", "shipment_load", ["shipment_id"], unique=False)
    op.create_table(
        "field_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", KEY, nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("refusal_code", sa.String(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.Column("dismissal", sa.String(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_field_report_shipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_field_report_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_report")),
        sa.UniqueConstraint("key", name=op.f("uq_field_report_key")),
    )
    op.create_index("ix_field_report_shipment_id", "field_report", ["shipment_id"], unique=False)
    op.create_index("ix_field_report_state", "field_report", ["state", "id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shipment_id", KEY, nullable=False),
        sa.Column("field_report_id", KEY, nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receiver_name", sa.String(), nullable=False),
        sa.Column("receiver_function", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("movement_id", KEY, nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["field_report_id"], ["field_report.id"], name=op.f("fk_delivery_field_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["stock_movement.id"], name=op.f("fk_delivery_movement_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_delivery_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_delivery_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_shipment_id", "delivery", ["shipment_id"], unique=False)
    op.create_table(
        "delivery_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("delivery_id", KEY, nullable=False),
        sa.Column("load_id", KEY, nullable=False),
        sa.Column("good", sa.BigInteger(), nullable=False),
        sa.Column("damaged", sa.BigInteger(), nullable=False),
        sa.Column("missing", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "good >= 0 AND damaged >= 0 AND missing >= 0",
            name=op.f("ck_delivery_line_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_line_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["load_id"], ["shipment_load.id"], name=op.f("fk_delivery_line_load_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_line")),
        sa.UniqueConstraint("delivery_id", "load_id", name="uq_delivery_line_once"),
    )
    op.create_table(
        "distribution",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("distributed_on", sa.Date(), nullable=False),
        sa.Column("households_planned", sa.Integer(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("men", sa.Integer(), nullable=False),
        sa.Column("girls", sa.Integer(), nullable=False),
        sa.Column("boys", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("movement_id", KEY, nullable=True),
        sa.Column("paper_id", KEY, nullable=True),
        sa.CheckConstraint(
            "households >= 0 AND women >= 0 AND men >= 0 AND girls >= 0 AND boys >= 0",
            name=op.f("ck_distribution_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_distribution_area_id")),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["stock_movement.id"], name=op.f("fk_distribution_movement_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_distribution_organisation_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_distribution_paper_id")),
        sa.ForeignKeyConstraint(["site_id"], ["place.id"], name=op.f("fk_distribution_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribution")),
        sa.UniqueConstraint("organisation_id", "number", name="uq_distribution_number"),
    )
    op.create_index("ix_distribution_area_id", "distribution", ["area_id"], unique=False)
    op.create_index(
        "ix_distribution_organisation_id_status",
        "distribution",
        ["organisation_id", "status", "id"],
        unique=False,
    )
    op.create_index("ix_distribution_site_id", "distribution", ["site_id"], unique=False)
    op.create_table(
        "distribution_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("distribution_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("brought", sa.BigInteger(), nullable=False),
        sa.Column("handed_out", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("loss_reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "planned >= 0 AND brought >= 0",
            name=op.f("ck_distribution_line_amounts_not_negative"),
        ),
        sa.CheckConstraint(
            "handed_out + returned + lost = brought",
            name=op.f("ck_distribution_line_accounted_for"),
        ),
        sa.CheckConstraint(
            "handed_out >= 0 AND returned >= 0 AND lost >= 0",
            name=op.f("ck_distribution_line_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["distribution_id"],
            ["distribution.id"],
            name=op.f("fk_distribution_line_distribution_id"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_distribution_line_lot_id")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_distribution_line_place_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribution_line")),
        sa.UniqueConstraint("distribution_id", "lot_id", "place_id", name="uq_distribution_line"),
    )
    op.create_index("ix_distribution_line_lot_id", "distribution_line", ["lot_id"], unique=False)


def downgrade() -> None:
    op.drop_table("distribution_line")
    op.drop_table("distribution")
    op.drop_table("delivery_line")
    op.drop_table("delivery")
    op.drop_table("field_report")
    op.drop_table("shipment_load")
    op.drop_table("shipment_line")
    op.drop_table("shipment")
    op.drop_table("goods_receipt_line")
    op.drop_table("goods_receipt")
