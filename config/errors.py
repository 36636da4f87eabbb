"""Domain errors: what a rule of the café refuses, with a stable code and the facts behind it."""

from typing import Any

QUOTED_LENGTH = 60


class DomainError(Exception):
    """A request the rules refuse. Nothing was written.

    `code` is stable for programs, `str(error)` is for people, `facts` are JSON-serialisable, and
    `status` is the HTTP status of the answer.
    """

    code = "domain_error"
    status = 422
    title = "The request was refused"

    def __init__(self, message: str = "", **facts: Any) -> None:
        super().__init__(message or self.title)
        self.facts = facts

    def as_problem(self) -> dict[str, Any]:
        """RFC 9457 problem details; facts are extension members."""
        return {
            "type": f"urn:smart-coffee:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": str(self),
            **self.facts,
        }


class NotFound(DomainError):
    """No such thing at this location."""

    code, status, title = "not_found", 404, "Not found"


class Forbidden(DomainError):
    """The caller lacks the permission this action names."""

    code, status, title = "forbidden", 403, "Not allowed"


def quoted(value: Any) -> str:
    """`value` as a message repeats it: escaped where it cannot be printed, and cut short."""
    text = repr(value)
    return text if len(text) <= QUOTED_LENGTH else f"{text[: QUOTED_LENGTH - 1]}…"
