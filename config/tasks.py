"""Tasks of the ground itself."""

from config.worker import bury_poisonous_tasks


def heartbeat() -> None:
    """Show that scheduler, queue and worker run, and clear the queue of what never ends."""
    bury_poisonous_tasks()
