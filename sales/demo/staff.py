"""The people of the demo café. Their password is public, so they exist nowhere else."""

from django.contrib.auth.models import Group, User

PASSWORD = "coffee"
# Username, role, first name.
STAFF = (
    ("cashier", "Cashier", "Aigerim"),
    ("barista", "Barista", "Timur"),
    ("manager", "Manager", "Dana"),
)


def create_staff() -> dict[str, User]:
    """Create one user for each role, by username."""
    return {username: _create_user(username, role, name) for username, role, name in STAFF}


def _create_user(username: str, role: str, first_name: str) -> User:
    user = User.objects.create_user(
        username, password=PASSWORD, first_name=first_name, is_staff=role == "Manager"
    )
    user.groups.add(Group.objects.get(name=role))
    return user
