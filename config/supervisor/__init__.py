"""Keeps the web server and the worker running as one: `manage.py serve` is built of this."""
