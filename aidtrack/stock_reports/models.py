"""What lay everywhere at some moments of the past: derived from the ledger, never its truth."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aidtrack.core.db import Key, Model, UtcDateTime
from aidtrack.stock_reports.wanted import Clock


class Checkpoint(Model):
    """A moment, by one of the clocks, for which it is kept what lay everywhere.

    Its balances are the sums of all lines that count before `at`, of movements up to
    `counted_to`. Whatever is told later of an earlier time is taken in by `checkpoints`, and
    until then counted beside it.
    """

    __tablename__ = "checkpoint"
    __table_args__ = (UniqueConstraint("clock", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    clock: Mapped[Clock]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_to: Mapped[int] = mapped_column(Key)


class CheckpointBalance(Model):
    """How much of a lot lay at a place that we count. Rows of nothing may be there, or not."""

    __tablename__ = "checkpoint_balance"
    __table_args__ = ({"sqlite_with_rowid": False},)

    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(Key, primary_key=True)
    place_id: Mapped[int] = mapped_column(Key, primary_key=True)
    quantity: Mapped[int] = mapped_column(BigInteger)
