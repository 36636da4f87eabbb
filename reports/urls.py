"""Addresses of the boards."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("live/", views.live_page, name="live"),
]
