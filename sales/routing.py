"""Sockets of the till and of programs."""

from django.urls import path

from sales.consumers import EventsConsumer
from sales.till_consumer import TillConsumer

websocket_urlpatterns = [
    path("ws/events/", EventsConsumer.as_asgi()),
    path("ws/till/", TillConsumer.as_asgi()),
]
