"""The ways in and out: sign in, choose a café, start page, password, sign out."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django import forms
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from config.access import SIGNED_IN, may, public, requires
from stock.access import choose_location, current_location, locations_of, only_location
from stock.errors import LocationRequired, UnknownLocation


@dataclass(frozen=True, slots=True)
class Destination:
    """A card of the start page, for staff with one of `permissions`."""

    url: str
    title: str
    text: str
    icon: str
    permissions: tuple[str, ...]


DESTINATIONS = (
    Destination("/pos/", "Till", "Take orders and payments", "coffee", ("sales.add_order",)),
    Destination(
        "/kds/", "Kitchen display", "See what to make next", "chef-hat", ("sales.move_order",)
    ),
    Destination(
        "/kds/ready/", "Order-ready screen", "For the customers to see", "tv", ("sales.view_order",)
    ),
    Destination(
        "/stock/",
        "Store room",
        "Stock, purchase orders and suppliers",
        "package",
        ("stock.view_stockitem",),
    ),
    Destination(
        "/reports/live/",
        "Live revenue",
        "How today is going",
        "chart-line",
        ("sales.view_revenue",),
    ),
    Destination(
        "/reports/",
        "Reports",
        "Weeks, months, quarters and years",
        "chart-column",
        ("sales.view_revenue",),
    ),
    Destination(
        "/predict/",
        "Tomorrow",
        "What will sell, and what will run short",
        "trending-up",
        ("predict.view_forecast",),
    ),
    Destination(
        "/system/",
        "System",
        "Worker, mails, forecast and screens",
        "info",
        ("stock.change_location",),
    ),
    Destination(
        "/admin/", "Administration", "Menu, stock and staff", "settings", ("stock.change_location",)
    ),
)


class SignInForm(AuthenticationForm):
    """Refuses a name longer than any, which the count of failures could not store."""

    username = UsernameField(
        max_length=User._meta.get_field("username").max_length,
        widget=AuthenticationForm.base_fields["username"].widget,
    )


class _LoginView(auth_views.LoginView):
    form_class = SignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        try:
            choose_location(self.request, only_location(form.get_user()))
        except LocationRequired:
            return redirect(f"{reverse('location')}?{urlencode({'next': response.url})}")
        except UnknownLocation:
            pass  # A manager must get in to add the first café.
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if form["username"].value():  # it stands; only the password must be typed again
            form.fields["username"].widget.attrs.pop("autofocus", None)
            form.fields["password"].widget.attrs["autofocus"] = True
        return super().form_invalid(form)


class LocationForm(forms.Form):
    """Which of `locations` to work at."""

    location = forms.TypedChoiceField(label="Café", coerce=int)

    def __init__(self, *args: Any, locations: list, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].choices = [(place.pk, place.name) for place in locations]


login = public(_LoginView.as_view())
logout = requires(SIGNED_IN)(auth_views.LogoutView.as_view())
password_change = requires(SIGNED_IN)(auth_views.PasswordChangeView.as_view())
password_changed = requires(SIGNED_IN)(auth_views.PasswordChangeDoneView.as_view())


@requires(SIGNED_IN)
def launcher(request: HttpRequest) -> HttpResponse:
    """The start page: where this person may work."""
    places = locations_of(request.user)
    destinations = [place for place in DESTINATIONS if may(request.user, place.permissions)]
    if len(places) > 1:
        destinations.append(
            Destination(reverse("location"), "Change café", "Work at another one", "store", ())
        )
    location = current_location(request) if places else None
    return render(request, "launcher.html", {"destinations": destinations, "location": location})


@requires(SIGNED_IN)
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the café this session works at, among those the person may work at."""
    locations = locations_of(request.user)
    form = LocationForm(request.POST if request.method == "POST" else None, locations=locations)
    target = _safe_next(request)
    if request.method == "POST" and form.is_valid():
        choose_location(request, form.cleaned_data["location"])
        return redirect(target)
    context = {"form": form, "locations": locations, "next": target}
    return render(request, "registration/location.html", context)


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict | None
) -> HttpResponse:
    """The sign-in page with the time to wait; django-axes calls it after too many failures."""
    wait = _time_to_wait(request, (credentials or {}).get("username"))
    context = {
        "form": SignInForm(request),
        "throttled": _in_words(wait),
        "next": request.POST.get("next", ""),
    }
    page = render(request, "registration/login.html", context, status=429)
    page["Retry-After"] = str(ceil(wait.total_seconds()))
    return page


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next", "")
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure()):
        return target
    return resolve_url("launcher")


def _time_to_wait(request: HttpRequest, username: str | None) -> timedelta:
    failed = AccessAttempt.objects.filter(username=username, ip_address=request.axes_ip_address)
    last = failed.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    now = timezone.now()
    return max((last or now) + get_cool_off(request) - now, timedelta(seconds=1))


def _in_words(wait: timedelta) -> str:
    minutes = ceil(wait.total_seconds() / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
