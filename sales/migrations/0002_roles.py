from django.db import migrations

from sales.roles import make_roles, remove_roles


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0001_initial"),
        ("stock", "0001_initial"),
        ("kds", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(
            lambda apps, _: make_roles(apps), lambda apps, _: remove_roles(apps), elidable=False
        ),
    ]
