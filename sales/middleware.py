"""Programs sign in with a token on every call."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import problems
from sales.services.tokens import user_of_token

GetResponse = Callable[[HttpRequest], HttpResponse]


class BearerTokens:
    """Under /api/, `Authorization: Bearer …` makes its owner the user; a bad token is a 401.

    Such a request needs no CSRF token: no browser adds the header by itself.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and problems.is_api(request):
            owner = user_of_token(token.strip())
            if owner is None:
                return problems.answer(problems.Unauthorized("The token is unknown or revoked."))
            request.user, request.by_token = owner, True
        return self.get_response(request)
