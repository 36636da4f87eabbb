"""What can be done about tomorrow: forecast it, and order what it will take."""

from predict.services.ordering import order_ingredients
from predict.services.runs import request_forecast, run_forecast

__all__ = ["order_ingredients", "request_forecast", "run_forecast"]
