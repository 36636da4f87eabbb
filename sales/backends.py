"""Signing in by name and password."""

from axes.backends import AxesStandaloneBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User

from sales.queries.staff import staff_by_id


class ThrottleBackend(AxesStandaloneBackend):
    """Refuses a name that failed too often at an address; where there is no request, nobody is."""

    def authenticate(self, request, username=None, password=None, **kwargs) -> None:
        if request is not None:
            super().authenticate(request, username=username, password=password, **kwargs)


class StaffBackend(ModelBackend):
    """Users with their permissions and workplaces, read afresh in one query for each request."""

    def authenticate(self, request, username=None, password=None, **kwargs) -> User | None:
        found = super().authenticate(request, username=username, password=password, **kwargs)
        return None if found is None else staff_by_id(found.pk)

    def get_user(self, user_id) -> User | None:
        user = staff_by_id(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
