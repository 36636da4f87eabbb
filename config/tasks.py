"""Tasks of the ground itself."""


def heartbeat() -> None:
    """Do nothing: that it ran shows that scheduler, queue and worker do."""
