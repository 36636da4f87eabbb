"""The JSON API: its operations, how it reads JSON, and how it answers errors."""

import json
import logging
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from config import problems
from config.access import SIGNED_IN, requires
from config.errors import DomainError
from config.openapi import ABOUT, DocumentedAPI
from predict.api import router as predict_router
from reports.api import router as reports_router
from sales.api import router as sales_router
from stock.api import router as stock_router

logger = logging.getLogger("django.request")


class JsonParser(Parser):
    """Strict JSON: no NaN, and fractions as exact decimals."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type not in ("application/json", ""):
            raise problems.UnsupportedMediaType(f"This was {request.content_type!a}.")
        body = request.body
        # Without a Content-Length Django reads whatever comes.
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise problems.BodyTooLarge
        try:
            return json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise problems.MalformedJson(_why(error)) from error


def _refuse_constant(name: str) -> None:
    raise problems.MalformedJson(f"{name} is not a number in JSON.")


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}."
    if isinstance(error, RecursionError):
        return "It is nested too deeply."
    return "It is not UTF-8, or a number in it cannot be read."


def _for_staff(view):
    page = requires(SIGNED_IN)(view)

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path.endswith(".json") and not request.user.is_authenticated:
            raise problems.Unauthorized
        return page(request, *args, **kwargs)

    guarded.permissions = page.permissions
    return guarded


api = DocumentedAPI(
    title="Smart Coffee",
    version="1.0",
    urls_namespace="api",
    description=ABOUT,
    parser=JsonParser(),
    docs_decorator=_for_staff,
)
api.add_router("", sales_router)
api.add_router("", stock_router)
api.add_router("", predict_router)
api.add_router("", reports_router)


@api.exception_handler(DomainError)
def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problems.answer(error)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if "Transfer-Encoding" in request.headers and not request.body:
        # A WSGI server leaves a body of unknown length unread.
        return problems.answer(problems.LengthRequired())
    fields = [{"field": _path(e["loc"]), "message": _message(e)} for e in error.errors]
    listed = "; ".join(f"{f['field']}: {f['message']}" for f in fields[:5])
    return problems.answer(problems.InvalidRequest(listed, errors=fields[:100]))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, DomainError):
        return problems.answer(error.__cause__)
    if error.status_code == 401:
        return problems.answer(problems.Unauthorized())
    return problems.answer_status(error.status_code, str(error))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problems.answer(problems.BodyTooLarge())


@api.exception_handler(UnreadablePostError)
def _cut_off(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
    return problems.answer_status(400, "The body was cut off.")


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.answer_status(404)


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problems.answer_status(403)


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("Internal error: %s %s", request.method, request.path, exc_info=error)
    return problems.answer_status(500, "This is our fault, not yours; it has been noted.")


def _message(error: dict[str, Any]) -> str:
    return "Input should be an object" if error["type"] == "model_type" else error["msg"]


def _path(location: tuple) -> str:
    """`items.0.quantity` of a field in the body; `query.since` elsewhere."""
    source, *rest = (str(part) for part in location)
    return ".".join(rest[1:] or ["body"]) if source == "body" else ".".join([source, *rest])
