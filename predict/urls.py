"""Addresses of the forecast."""

from django.urls import path

from predict import views

app_name = "predict"

urlpatterns = [
    path("", views.tomorrow_page, name="tomorrow"),
    path("run/", views.start_run, name="run"),
    path("order/", views.order, name="order"),
]
