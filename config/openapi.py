"""What the API's document says beyond its operations: ways in, and the shape of an error."""

from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from config import problems

ABOUT = """\
Sign in with `Authorization: Bearer <token>` (`manage.py create_api_token`), or use the session of
a signed-in browser with its CSRF token. Where there are several cafés, `?location=<slug>` names
one. Money and quantities are decimal strings, times are ISO 8601 in UTC. Fields not listed are
ignored; prices are always the menu's own.

Errors are RFC 9457 problem details (`application/problem+json`) with a stable `code`.
"""
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; branch on this."},
        "detail": {"type": "string"},
    },
}
SECURITY = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
}
REFUSAL = {
    "description": "Refused; nothing was changed.",
    "content": {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class DocumentedAPI(NinjaAPI):
    """An API whose document names its ways in and the error that any operation may answer."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        document["security"] = [{name: []} for name in SECURITY]
        document["components"]["securitySchemes"] = SECURITY
        document["components"]["schemas"]["Problem"] = PROBLEM
        for item in document["paths"].values():
            for operation in item.values():
                operation["responses"]["default"] = REFUSAL
        return document
