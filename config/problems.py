"""RFC 9457 problem details: the one shape of every error under /api/."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from config.errors import DomainError

CONTENT_TYPE = "application/problem+json"
API_ROOT = "/api/"
CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    429: "too_many_requests",
    500: "server_error",
}


class BodyTooLarge(DomainError):
    code, title, status = "body_too_large", "The body may have 64 KB", 413


class MalformedJson(DomainError):
    code, title, status = "malformed_json", "The body is not JSON", 400


class UnsupportedMediaType(DomainError):
    code, title, status = "unsupported_media_type", "Send application/json", 415


class LengthRequired(DomainError):
    code, title, status = "length_required", "Send the body with its Content-Length", 411


class Unauthorized(DomainError):
    code, title, status = "unauthorized", "Sign in, or send a valid token", 401


class CsrfFailed(DomainError):
    code, title, status = "csrf_failed", "The CSRF token is missing or out of date", 403


class InvalidRequest(DomainError):
    code, title, status = "invalid_request", "The request is not of the right form", 422


def answer(error: DomainError) -> HttpResponse:
    """The problem response for `error`."""
    response = JsonResponse(error.as_problem(), status=error.status, content_type=CONTENT_TYPE)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def answer_status(status: int, detail: str = "") -> HttpResponse:
    """The problem response for an HTTP status that no domain error explains."""
    return answer(_StatusError(status, detail))


def is_api(request: HttpRequest) -> bool:
    """Whether the caller is a program that reads problems."""
    return request.path_info.startswith(API_ROOT)


class _StatusError(DomainError):
    def __init__(self, status: int, detail: str, **facts: Any) -> None:
        self.status = status
        self.code = CODES.get(status, "server_error" if status >= 500 else "bad_request")
        self.title = HTTPStatus(status).phrase
        super().__init__(detail, **facts)
