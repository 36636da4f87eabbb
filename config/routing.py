"""Every socket of the site."""

from django.urls import re_path

import kds.routing
import predict.routing
import reports.routing
import sales.routing
import stock.routing
from config.consumers import UnknownConsumer

websocket_urlpatterns = [
    *sales.routing.websocket_urlpatterns,
    *stock.routing.websocket_urlpatterns,
    *predict.routing.websocket_urlpatterns,
    *kds.routing.websocket_urlpatterns,
    *reports.routing.websocket_urlpatterns,
    re_path("", UnknownConsumer.as_asgi()),
]
