from django.db import migrations

from sales.roles import make_roles


class Migration(migrations.Migration):
    """Lets managers look at the totals."""

    dependencies = [("reports", "0001_initial"), ("sales", "0002_roles")]
    operations = [
        migrations.RunPython(
            lambda apps, _: make_roles(apps), migrations.RunPython.noop, elidable=False
        ),
    ]
