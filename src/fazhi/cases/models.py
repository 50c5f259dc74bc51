"""What is kept beside the chain so that cases can be found: one row a case, who takes part, papers, numbers.

All of it can be made again from the events (`refold`); nothing here is the record. Hot paths use plain SQL (`store`).
"""

from __future__ import annotations

from django.db import models


class Stored(models.Model):
    """A definition as it was loaded, by its hash. Written once, never changed."""

    hash = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=60, db_index=True)
    title = models.CharField(max_length=120)
    text = models.BinaryField()
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "cases_definition"


class Case(models.Model):
    """`due` is the earliest running limit of the organ's own; `expires` the earliest that something follows of itself."""

    id = models.CharField(max_length=32, primary_key=True)
    county = models.CharField(max_length=6)
    procedure = models.CharField(max_length=60)
    definition = models.CharField(max_length=64)
    number = models.CharField(max_length=120, blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")
    phase = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=40, blank=True, default="")
    organ = models.CharField(max_length=32)
    path = models.CharField(max_length=200)
    person = models.CharField(max_length=32, blank=True, default="")
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    due = models.DateField(null=True)
    due_clock = models.CharField(max_length=80, blank=True, default="")
    warn_from = models.DateField(null=True)
    expires = models.DateField(null=True)
    pending = models.CharField(max_length=60, blank=True, default="")  # action/step
    pending_by = models.CharField(max_length=32, blank=True, default="")
    elsewhere = models.CharField(max_length=40, blank=True, default="")  # the system that handles it
    source = models.CharField(max_length=40, null=True)
    source_number = models.CharField(max_length=120, null=True)
    alg = models.CharField(max_length=8, default="sha256")
    seq = models.PositiveIntegerField()
    head = models.BinaryField()
    state = models.BinaryField()

    class Meta:
        db_table = "cases_case"
        constraints = [
            models.UniqueConstraint(
                fields=["county", "procedure", "source", "source_number"], name="cases_case_source",
                condition=models.Q(source__isnull=False),
            )
        ]  # fmt: skip
        # Every index is written with each step that touches one of its columns: few, narrow, and partial where most rows
        # are never looked up by it. Lists go by the first two (`listing`); docs/benchmarks/lists.md has the cost. `closed_on`
        # in the index of open cases is always empty: SQLite would else look the row up to see what the index says already.
        indexes = [
            models.Index(fields=["organ", "procedure", "due", "id", "warn_from", "closed_on"], name="cases_open", condition=models.Q(closed_on__isnull=True)),
            models.Index(fields=["organ", "procedure", "opened_on", "closed_on", "outcome"], name="cases_listed"),
            models.Index(fields=["person", "opened_on"], name="cases_person", condition=models.Q(person__gt="")),
            models.Index(fields=["expires"], name="cases_expires", condition=models.Q(expires__isnull=False)),
            models.Index(fields=["number"], name="cases_number"),
        ]  # fmt: skip


class CaseSide(models.Model):
    """Organs, bodies and parties that take part, for access and look-up. `who`: organ id or party id. A side that has not been
    told of the case yet is written with `access.UNTOLD` and has no path: no list finds it."""

    case = models.CharField(max_length=32, db_column="case_id")
    side = models.CharField(max_length=40)
    who = models.CharField(max_length=32)
    path = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "cases_side"
        constraints = [models.UniqueConstraint(fields=["case", "side", "who"], name="cases_side_once")]
        indexes = [models.Index(fields=["who", "side", "case"], name="cases_side_who")]


class CaseLink(models.Model):
    """One case's relation to another: what it was opened from, or what it is about."""

    case = models.CharField(max_length=32, db_column="case_id", db_index=True)
    other = models.CharField(max_length=32, db_column="other_id", db_index=True)
    kind = models.CharField(max_length=40)  # opens | field name
    seq = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "cases_link"
        constraints = [models.UniqueConstraint(fields=["case", "other", "kind"], name="cases_link_once")]


class Paper(models.Model):
    """A composed text, sealed at rest since it names people; its hash stands in the event."""

    case = models.CharField(max_length=32, db_column="case_id", db_index=True)
    seq = models.PositiveIntegerField()
    template = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=120, blank=True, default="")
    hash = models.CharField(max_length=64)
    text = models.BinaryField()

    class Meta:
        db_table = "cases_paper"
        constraints = [models.UniqueConstraint(fields=["case", "seq", "template"], name="cases_paper_once")]


class GivenNumber(models.Model):
    """Every number ever given in a series: its case and event, or why it stands empty."""

    organ = models.CharField(max_length=32)
    series = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()
    case = models.CharField(max_length=32, db_column="case_id", blank=True, default="")
    seq = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "cases_given_number"
        constraints = [
            models.UniqueConstraint(fields=["organ", "series", "year", "n"], name="cases_given_once")
        ]


class Attachment(models.Model):
    """A file by the hash of its content; the bytes lie sealed in FAZHI_HOME/attachments."""

    case = models.CharField(max_length=32, db_column="case_id", db_index=True)
    hash = models.CharField(max_length=64, db_index=True)
    name_sealed = models.BinaryField()
    kind = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    person = models.CharField(max_length=32)
    added_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_attachment"
        constraints = [models.UniqueConstraint(fields=["case", "hash"], name="cases_attachment_once")]


class Draft(models.Model):
    """A form that was begun and not sent. Only its writer sees it."""

    person = models.CharField(max_length=32)
    key = models.CharField(max_length=120)  # case/action or procedure/action
    data_sealed = models.BinaryField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "cases_draft"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="cases_draft_once")]


class Errand(models.Model):
    """What has still to be done because of an event: open or tell another case, notify. Done once, may be tried twice."""

    case = models.CharField(max_length=32, db_column="case_id")
    seq = models.PositiveIntegerField()
    index = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=20)  # opens | tells
    data = models.BinaryField()
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        db_table = "cases_errand"
        constraints = [
            models.UniqueConstraint(fields=["case", "seq", "kind", "index"], name="cases_errand_once")
        ]
        indexes = [models.Index(fields=["done_at"], name="cases_errand_open")]


class Stamp(models.Model):
    """Counts changes of registers (parameters, codes, organs), so that a process knows when its copy is old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "cases_stamp"


class NoticeLoaded(models.Model):
    """A holiday notice that the county has loaded; it wins over the shipped one of the same year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    text = models.BinaryField()
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        db_table = "cases_notice"


class CalendarSeen(models.Model):
    """The calendar by which open clocks were last computed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        db_table = "cases_calendar"


class Import(models.Model):
    """A file that was imported, or has been checked and waits for a word: `at` is null until it is written.

    The uploaded bytes of a checked file lie sealed in FAZHI_HOME/imports until it is imported or thrown away.
    """

    id = models.CharField(max_length=32, primary_key=True)
    county = models.CharField(max_length=6)
    procedure = models.CharField(max_length=60)
    system = models.CharField(max_length=40)
    elsewhere = models.CharField(max_length=40, blank=True, default="")
    organ = models.CharField(max_length=32, blank=True, default="")
    file = models.CharField(max_length=200, blank=True, default="")
    digest = models.CharField(max_length=64)
    person = models.CharField(max_length=32, blank=True, default="")
    checked_at = models.DateTimeField(auto_now_add=True)
    at = models.DateTimeField(null=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)  # mistakes that the check found
    told = models.BinaryField(default=b"")  # sealed JSON: errors, changed rows, headings passed over
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=32, blank=True, default="")
    # What is being done in the background (exchange.background): check | write | undo; empty: nothing.
    stage = models.CharField(max_length=8, blank=True, default="")
    asked_by = models.CharField(max_length=32, blank=True, default="")
    paths = models.JSONField(null=True)  # organs for which cases may be filed; null: the whole county
    only_right = models.BooleanField(default=False)
    starts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "cases_import"
        indexes = [models.Index(fields=["county", "at"], name="cases_import_at")]


class ImportedCase(models.Model):
    """Which events of a case an import wrote: what undoing it takes back."""

    batch = models.CharField(max_length=32, db_column="batch_id")
    case = models.CharField(max_length=32, db_column="case_id", db_index=True)
    first_seq = models.PositiveIntegerField()
    last_seq = models.PositiveIntegerField()

    class Meta:
        db_table = "cases_import_case"
        constraints = [models.UniqueConstraint(fields=["batch", "case"], name="cases_import_case_once")]


class Words(models.Model):
    """A case in the index of words (`words`), and a digest of the words that stand there. The index itself is a column
    `grams` here on PostgreSQL and the table `cases_grams` on SQLite. Can be made again from the cases at any time."""

    n = models.BigAutoField(primary_key=True)
    case = models.CharField(max_length=32, db_column="case_id", unique=True)
    digest = models.CharField(max_length=16)

    class Meta:
        db_table = "cases_words"


class WordMark(models.Model):
    """Up to which position the index of words has read the ledger."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)

    class Meta:
        db_table = "cases_word_mark"
