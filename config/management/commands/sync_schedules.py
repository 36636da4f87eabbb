from django.core.management.base import BaseCommand

from config.schedules import sync_schedules
from config.supervisor.preparation import require_migrations


class Command(BaseCommand):
    help = "Makes the stored schedules equal to the list in config/schedules.py."

    def handle(self, **_options) -> None:
        require_migrations()
        sync_schedules()
