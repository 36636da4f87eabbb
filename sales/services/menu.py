"""Making menu changes known: one act of the location, which recipes and stock share."""

from stock.services import publish_menu

__all__ = ["publish_menu"]
