"""Addresses of the kitchen's screens."""

from django.urls import path

from kds import views

app_name = "kds"

urlpatterns = [
    path("", views.choose_station, name="stations"),
    path("ready/", views.ready_page, name="ready"),
    path("<slug:slug>/", views.board_page, name="board"),
    path("<slug:slug>/orders/<int:order_id>/move/", views.move, name="move"),
    path("<slug:slug>/orders/<int:order_id>/recall/", views.recall, name="recall"),
]
