"""Passwords in tests: the same algorithm as in the café, without the work that makes it slow."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """One round; a real server can still check what it made."""

    iterations = 1
