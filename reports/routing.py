"""Sockets of the boards."""

websocket_urlpatterns = []
