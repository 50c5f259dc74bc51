from typing import Any

from django.db import migrations, models


def make(apps: Any, editor: Any) -> None:
    """The index proper is each database's own: what both have in their core."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE cases_words ADD COLUMN grams tsvector NOT NULL")
        editor.execute("CREATE INDEX cases_words_grams ON cases_words USING gin (grams)")
    else:
        editor.execute(
            "CREATE VIRTUAL TABLE cases_grams USING fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii')"
        )


def drop(apps: Any, editor: Any) -> None:
    if editor.connection.vendor != "postgresql":
        editor.execute("DROP TABLE cases_grams")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_background_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Words",
            fields=[
                ("n", models.BigAutoField(primary_key=True, serialize=False)),
                ("case", models.CharField(db_column="case_id", max_length=32, unique=True)),
                ("digest", models.CharField(max_length=16)),
            ],
            options={"db_table": "cases_words"},
        ),
        migrations.CreateModel(
            name="WordMark",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "cases_word_mark"},
        ),
        migrations.RunPython(make, drop),
    ]
