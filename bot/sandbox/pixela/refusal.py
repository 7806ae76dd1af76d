"""What Pixela says when it does not do what was asked.

The constants were seen on the wire or stand in the vendor's pages, but for ``TERMS`` and
``SUPPORTERS_ONLY``; those and the other texts are ours, since the vendor publishes none, and a client must
not read them.
"""

from __future__ import annotations

from bot.sandbox.upstream import JSON

PIXEL_NOT_FOUND = "Specified pixel not found."
GRAPH_NOT_FOUND = "Specified graphID not exist."
GRAPH_EXISTS = "This graphID already exist."
USER_NOT_FOUND = "Specified user is not found."
USER_EXISTS = "This user already exist."
NOTHING_FOR_PIXEL = "It is necessary to specify quantity or optional data."
NOTHING_FOR_GRAPH = "Either name, unit, color or purgeCacheURLs must be specified."
SHORT_CREDENTIAL = (
    "The token string must be at least 8 characters and not more than 128 letters and numbers or "
    "alphanumeric characters or symbols."
)
MINOR = "In order to use this service, you have to be aged or have the consent of a custodial person."
NOTHING_FOR_WEBHOOK = "It is necessary to specify graphID, and type."
WEBHOOK_NOT_FOUND = "Specified user or webhook not exist."
TERMS = "In order to use this service, you have to agree to the terms of service."
RETRY = (
    "Please retry this request. Your request for some APIs will be rejected 25% of the time because you "
    "are not a Pixela supporter. If you are interested in being a Pixela supporter, please see: "
    "https://github.com/a-know/Pixela/wiki/How-to-support-Pixela-by-Patreon-%EF%BC%8F-Use-Limited-Features"
)
SUPPORTERS_ONLY = "This API is only available to Pixela Supporters."


class Refusal(Exception):
    """A request that is answered with ``status`` and the error body for ``message``.

    ``rejected`` marks the 25 % rule's refusals, the only ones with the key ``isRejected``.
    """

    def __init__(self, status: int, message: str, *, rejected: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.rejected = rejected

    @property
    def body(self) -> JSON:
        """The answer's body, keys in the vendor's order."""
        body: dict[str, JSON] = {"message": self.message, "isSuccess": False}
        return body | {"isRejected": True} if self.rejected else body


def rejection() -> Refusal:
    """Refuse by the 25 % rule: 503 and a body of exactly 341 bytes.

    https://help.pixe.la/en/blog/release-request-rejecting
    """
    return Refusal(503, RETRY, rejected=True)


def wrong_token(username: str) -> Refusal:
    """Refuse the credentials: 404, and the same whether the user or the token is wrong."""
    return Refusal(404, f"User `{username}` does not exist or the token is wrong.")


def bad(field: str) -> Refusal:
    """Refuse a field that is missing or breaks its rule."""
    return Refusal(400, f"Specified {field} is missing or invalid.")
