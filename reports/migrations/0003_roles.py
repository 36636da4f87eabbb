from django.db import migrations

from sales.roles import make_roles


class Migration(migrations.Migration):
    """Lets managers look at the totals."""

    dependencies = [("reports", "0002_rebuild_rollups"), ("sales", "0002_roles")]
    operations = [
        migrations.RunPython(
            lambda apps, _: make_roles(apps), migrations.RunPython.noop, elidable=False
        ),
    ]
