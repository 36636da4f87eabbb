"""Addresses of the owner's pages."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.dashboard_page, name="dashboard"),
    path("export.csv", views.export, name="export"),
    path("live/", views.live_page, name="live"),
]
