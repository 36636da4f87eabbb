from django.db import migrations

from sales.roles import make_roles


class Migration(migrations.Migration):
    """Lets managers look at the totals, and at what the store room added."""

    dependencies = [
        ("reports", "0002_rebuild_rollups"),
        ("sales", "0002_roles"),
        ("stock", "0003_purchase_safeguards"),
    ]
    operations = [
        migrations.RunPython(
            lambda apps, _: make_roles(apps), migrations.RunPython.noop, elidable=False
        ),
    ]
