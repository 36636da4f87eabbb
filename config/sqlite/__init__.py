"""SQLite with a fair queue of writers inside one process."""
