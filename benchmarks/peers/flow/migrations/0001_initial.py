"""The proxy makes no table: it stands here because Django wants an app above a migrated one to have migrations."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("viewflow", "0001_initial")]
    operations = [
        migrations.CreateModel("SixSteps", fields=[], options={"proxy": True}, bases=("viewflow.process",))
    ]
