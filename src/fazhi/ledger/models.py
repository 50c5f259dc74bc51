"""The ledger's tables. They are written and read by plain SQL (store, seal, commit …); the classes are for migrations.

Every table but `Personal` is append-only, and the database holds to it (guard.py); of a personal value the salt and
the ciphertext may be taken away, once, and nothing else changed. Bytes are stored exactly as they were hashed.
Indexes are named in Meta, since Django gives a `unique` or `db_index` text column a second one on PostgreSQL.
On PostgreSQL `ledger_event` and `ledger_access` have a column `xid` more: the transaction that wrote the row, by
which the sealer knows what can no longer be overtaken (migration 0002).
"""

from __future__ import annotations

from django.db import models

from .rowid import RowId


class Event(models.Model):
    """What happened in one case, as it was hashed. `hash` links: the body names the hash before it."""

    id = RowId(primary_key=True)
    case = models.CharField(max_length=32, db_column="case_id")
    seq = models.PositiveIntegerField()
    county = models.CharField(max_length=6)
    alg = models.CharField(max_length=8)
    hash = models.BinaryField()
    body = models.BinaryField()
    key = models.CharField(max_length=80, null=True)  # idempotency

    class Meta:
        db_table = "ledger_event"
        constraints = (
            models.UniqueConstraint(fields=["case", "seq"], name="ledger_event_case_seq"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(key__isnull=False), name="ledger_event_key"
            ),
        )


class Seal(models.Model):
    """The order across cases. Position p (from 1) is leaf p - 1 of the tree; `hash` is the event's.

    `horizon` (PostgreSQL, else 0): every event of an older transaction had its place when this row was written.
    """

    position = models.BigIntegerField(primary_key=True)
    event = models.BigIntegerField(db_column="event_id", unique=True)
    hash = models.BinaryField()
    horizon = models.BigIntegerField()

    class Meta:
        db_table = "ledger_seal"


class Node(models.Model):
    """Hash of a full subtree of 2^level leaves, the place-th of its level from the left. Levels 8, 16, 24 …"""

    pk = models.CompositePrimaryKey("level", "place")
    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_node"


class Checkpoint(models.Model):
    """Signed words on the ledger at one size: `body` is what was signed."""

    size = models.BigIntegerField(db_index=True)
    body = models.BinaryField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField()

    class Meta:
        db_table = "ledger_checkpoint"


class Personal(models.Model):
    """A value that the ledger only commits to. Erased: salt and ciphertext gone together, the commitment stays."""

    commitment = models.CharField(max_length=64)
    case = models.CharField(max_length=32, db_column="case_id")
    field = models.CharField(max_length=120)
    alg = models.CharField(max_length=8)
    salt = models.BinaryField(null=True)
    ciphertext = models.BinaryField(null=True)
    key_mark = models.CharField(max_length=8)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_personal"
        constraints = (models.UniqueConstraint(fields=["commitment"], name="ledger_personal_commitment"),)
        indexes = (models.Index(fields=["case"], name="ledger_personal_case"),)


class Access(models.Model):
    """Who opened personal values, exported, or looked into another organ's case. `body` holds ids, no words.

    `person` and `case` repeat the body's for look-up; `case` is null where several cases were read at once.
    """

    person = models.CharField(max_length=32)
    case = models.CharField(max_length=32, db_column="case_id", null=True)
    body = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_access"
        indexes = (
            models.Index(fields=["person"], name="ledger_access_person"),
            models.Index(fields=["case"], name="ledger_access_case"),
        )


class AccessSeal(models.Model):
    """The order of the access log, as `Seal` is of events."""

    position = models.BigIntegerField(primary_key=True)
    access = models.BigIntegerField(db_column="access_id", unique=True)
    hash = models.BinaryField()
    horizon = models.BigIntegerField()

    class Meta:
        db_table = "ledger_access_seal"


class AccessBatch(models.Model):
    """A sealed batch of the access log, chained to the one before; a checkpoint signs the last batch's hash."""

    number = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    body = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_access_batch"
