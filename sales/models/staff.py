"""Who works where, and the tokens programs sign in with."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class StaffProfile(models.Model):
    """Ties a user to the cafés they work at; without any they may work at all of them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff")
    locations = models.ManyToManyField("stock.Location", blank=True, related_name="staff")

    def __str__(self) -> str:
        return str(self.user)


class ApiToken(models.Model):
    """A bearer token. Only its SHA-256 is kept; it can do what both owner and scopes allow.

    `scopes` is a list of permissions such as `sales.add_order`; empty means all the owner has.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name or f"Token {self.pk} of {self.user}"
