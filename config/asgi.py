"""Pages, API and sockets for Daphne; each app lists its own sockets in `routing.py`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
pages = get_asgi_application()  # loads the apps, which the imports below need

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from config.origin import SameOrigin  # noqa: E402
from config.routing import websocket_urlpatterns  # noqa: E402
from sales.sockets import KnownVisitors  # noqa: E402

sockets = SameOrigin(KnownVisitors(URLRouter(websocket_urlpatterns)))
application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
