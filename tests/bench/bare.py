"""The café's ASGI application with a bare broadcast beside it, to measure the rest against."""

import json

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer

from config.asgi import application as cafe

GROUP = "bare"


class BareConsumer(AsyncWebsocketConsumer):
    """Passes on what is broadcast, and nothing else."""

    groups = (GROUP,)

    async def bare(self, event) -> None:
        await self.send(text_data=event["text"])


async def broadcast(scope, receive, send) -> None:
    """POST /bare?<text>: tell every bare socket."""
    text = scope["query_string"].decode()
    await get_channel_layer().group_send(GROUP, {"type": "bare", "text": text})
    body = json.dumps({"id": text}).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def application(scope, receive, send) -> None:
    """Requests and sockets for /bare here, all else to the café."""
    if scope.get("path", "").startswith("/bare"):
        handler = BareConsumer.as_asgi() if scope["type"] == "websocket" else broadcast
        await handler(scope, receive, send)
    else:
        await cafe(scope, receive, send)
