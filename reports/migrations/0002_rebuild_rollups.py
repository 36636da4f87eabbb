from django.db import migrations


def forget_marks(apps, _schema_editor) -> None:
    apps.get_model("reports", "RollupMark").objects.all().delete()


class Migration(migrations.Migration):
    """Has every total built again: products lacked the tax where prices exclude it."""

    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunPython(forget_marks, migrations.RunPython.noop, elidable=True)]
