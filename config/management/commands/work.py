from django.core.management.base import BaseCommand
from django.db import connections

from config.supervisor.parts import worker
from config.supervisor.preparation import require_migrations
from config.supervisor.supervisor import Supervisor


class Command(BaseCommand):
    help = "Runs the worker alone, watched over, where the web servers are started by others."

    def handle(self, **_options) -> None:
        require_migrations()
        connections.close_all()
        Supervisor([worker()]).run()
