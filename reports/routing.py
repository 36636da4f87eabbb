"""Sockets of the boards."""

from django.urls import path

from reports.consumers import BoardConsumer

websocket_urlpatterns = [
    path("ws/board/", BoardConsumer.as_asgi()),
]
