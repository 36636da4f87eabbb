"""What the forecast refuses, and why."""

from config.errors import DomainError


class ForecastRunning(DomainError):
    code, title, status = "forecast_running", "A forecast is being computed already", 409


class NothingToOrder(DomainError):
    code, title, status = "nothing_to_order", "Nothing needs ordering", 409
