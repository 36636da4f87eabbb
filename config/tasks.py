"""Tasks of the ground itself."""


def heartbeat() -> None:
    """Show that scheduler, queue and worker run: what counts is that it comes to its end."""
