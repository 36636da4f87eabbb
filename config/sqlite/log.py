"""SQLite's write-ahead log, which holds what is not in the main file yet."""

from django.db import DatabaseError, connection


def fold_log() -> bool:
    """Move all of the log into the main file, so that a copy of it alone is whole; close.

    False when that was not possible, because another program is in the middle of reading.
    """
    if connection.vendor != "sqlite":
        return True
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, _, _ = cursor.fetchone()
        return not busy
    except DatabaseError:
        return False
    finally:
        connection.close()
