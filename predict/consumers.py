"""The socket of the forecast."""

from django.template.loader import render_to_string

from config.consumers import LiveConsumer
from predict.queries.tomorrow import read_tomorrow


class TomorrowConsumer(LiveConsumer):
    """A run's progress, and stock against the forecast: every sale may change it, so it is pushed
    as a whole. Also when nothing happens, for the day ends."""

    permission = "predict.view_forecast"
    refresh_seconds = 60.0

    def region(self) -> tuple[int, str]:
        outlook = read_tomorrow(self.location_id)
        return outlook.revision, render_to_string(
            "predict/tomorrow.html#region", {"outlook": outlook}
        )
