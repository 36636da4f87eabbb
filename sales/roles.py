"""The three roles of a café and what each may do."""

from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db.models import Q

CASHIER, BARISTA, MANAGER = "Cashier", "Barista", "Manager"
GRANTS = {
    CASHIER: ["sales.add_order", "sales.view_order", "sales.cancel_order", "sales.run_shift"],
    BARISTA: ["sales.view_order", "sales.move_order"],
    MANAGER: [
        "stock.*",
        "sales.*",
        "predict.*",
        "kds.*",
        "reports.*",
        "auth.add_user",
        "auth.change_user",
        "auth.view_user",
    ],
}
ROLES = tuple(GRANTS)


def make_roles(apps: Any = installed_apps) -> None:
    """Create the groups and add the permissions they lack.

    A migration passes its own `apps`; call again in one that adds a model, to let managers at it.
    """
    _make_permissions(apps)
    group_model = apps.get_model("auth", "Group")
    for role, names in GRANTS.items():
        group, _ = group_model.objects.get_or_create(name=role)
        group.permissions.add(*_permissions(apps, names))


def remove_roles(apps: Any = installed_apps) -> None:
    """Delete the groups."""
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


def _permissions(apps: Any, names: list[str]):
    wanted = Q(pk__in=[])
    for name in names:
        app, codename = name.split(".")
        of_app = Q(content_type__app_label=app)
        wanted |= of_app if codename == "*" else of_app & Q(codename=codename)
    return apps.get_model("auth", "Permission").objects.filter(wanted)


def _make_permissions(apps: Any) -> None:
    # Django makes permissions after the last migration; these are needed before.
    labels = {name.split(".")[0] for names in GRANTS.values() for name in names}
    for config in [config for config in apps.get_app_configs() if config.label in labels]:
        models_module = getattr(config, "models_module", None)
        config.models_module = models_module or True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = models_module
