"""Sockets of the till and of programs."""

from django.urls import path

from sales.consumers import EventsConsumer

websocket_urlpatterns = [
    path("ws/events/", EventsConsumer.as_asgi()),
]
