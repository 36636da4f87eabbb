"""Sockets of the forecast."""

from django.urls import path

from predict.consumers import TomorrowConsumer

websocket_urlpatterns = [
    path("ws/predict/", TomorrowConsumer.as_asgi()),
]
