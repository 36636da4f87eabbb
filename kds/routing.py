"""Sockets of the kitchen."""

from django.urls import path

from kds.consumers import ReadyConsumer, StationConsumer

websocket_urlpatterns = [
    path("ws/ready/", ReadyConsumer.as_asgi()),
    path("ws/kds/<slug:slug>/", StationConsumer.as_asgi()),
]
