"""The socket of the store room."""

from django.urls import path

from stock.consumers import StockConsumer

websocket_urlpatterns = [path("ws/stock/", StockConsumer.as_asgi())]
