"""Sockets of the kitchen."""

websocket_urlpatterns = []
