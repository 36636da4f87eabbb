from django.db import migrations

from sales.roles import make_roles


class Migration(migrations.Migration):
    """Managers order, receive and keep suppliers."""

    dependencies = [("sales", "0002_roles"), ("stock", "0002_purchasing")]
    operations = [
        migrations.RunPython(
            lambda apps, _: make_roles(apps), migrations.RunPython.noop, elidable=False
        ),
    ]
