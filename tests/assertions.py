"""What must hold whatever a test does."""

from django.apps import apps
from django.db import connection
from django.db.models import Sum

from stock.models import StockItem, StockMovement


def row_counts() -> dict[str, int]:
    """The number of rows in every table."""
    models = [model._meta for model in apps.get_models()]
    counts = (f"SELECT '{model.label}', COUNT(*) FROM {model.db_table}" for model in models)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())


def assert_ledger_adds_up() -> None:
    """On hand equals the sum of its movements, for every location and ingredient, exactly."""
    proven = {
        (row["location_id"], row["ingredient_id"]): row["sum"]
        for row in StockMovement.objects.order_by()
        .values("location_id", "ingredient_id")
        .annotate(sum=Sum("quantity"))
    }
    balances = {
        (item.location_id, item.ingredient_id): item.on_hand for item in StockItem.objects.all()
    }
    assert balances == proven
