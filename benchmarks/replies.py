"""Routes of interactions: the callback, and the webhook that edits and follows up.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import answers, payloads
from benchmarks.answers import Answer, Answers, Deed, Kind
from benchmarks.events import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT
from benchmarks.payloads import EPHEMERAL, LOADING
from benchmarks.rest import Route
from benchmarks.wire import Call, Payload, Refusal, invalid_form
from benchmarks.world import APPLICATION_ID, World

PATIENCE = 3.0
"""Seconds within which Discord wants the first response."""

TOKEN_LIFE = 900.0
"""Seconds after which an interaction's token is refused."""


class Replies:
    """Takes what the app does about interactions, and notes it in their :class:`Answer`."""

    def __init__(self, world: World, store: Answers, *, patience: float, token_life: float) -> None:
        self._world = world
        self.answers = store
        self._patience = patience
        self._token_life = token_life

    def routes(self) -> Sequence[Route]:
        """Return the routes; none takes the bot's token, for an interaction's own is in the path."""
        hook = "/webhooks/{app}/{token}"
        return (
            Route("POST", "/interactions/{interaction}/{token}/callback", self.callback, open=True),
            Route("POST", hook, self.follow_up, open=True),
            Route("GET", hook + "/messages/{message}", self.get, open=True),
            Route("PATCH", hook + "/messages/{message}", self.edit, open=True),
            Route("DELETE", hook + "/messages/{message}", self.delete, open=True),
        )

    # The first response

    def callback(self, call: Call) -> Payload | None:
        """Take the first response to an interaction."""
        answer = self.answers.find(call.params["token"])
        if answer is None or answer.id != call.id("interaction") or self._late(answer):
            raise Refusal(404, 10062, "Unknown interaction")
        if answer.callback is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        body = call.object()
        respond = self._responses().get(body.get("type", 0))
        if respond is None:
            raise invalid_form("type", "BASE_TYPE_CHOICES", "Not a type of callback.")
        message = respond(answer, body.get("data") or {}, call)
        _note(answer, "callback", call, message)
        return _callback_object(answer, message) if call.asks("with_response") else None

    def _late(self, answer: Answer) -> bool:
        return answer.callback is None and time.monotonic() - answer.sent_at > self._patience

    def _responses(self) -> dict[int, Callable[[Answer, Payload, Call], Payload | None]]:
        return {
            answers.MESSAGE: self._respond,
            answers.DEFER: self._defer,
            answers.DEFER_UPDATE: self._defer_update,
            answers.UPDATE: self._update,
            answers.CHOICES: self._choices,
            answers.MODAL: self._modal,
        }

    def _respond(self, answer: Answer, data: Payload, call: Call) -> Payload:
        _refuse_autocomplete(answer)
        message = self._world.create_message(_channel(answer), data, call.files, **_extra(answer))
        answer.original_id = int(message["id"])
        return message

    def _defer(self, answer: Answer, data: Payload, _: Call) -> Payload:
        _refuse_autocomplete(answer)
        flags = int(data.get("flags") or 0) & EPHEMERAL | LOADING
        message = self._world.create_blank(_channel(answer), flags, **_extra(answer))
        answer.original_id, answer.loading = int(message["id"]), True
        return message

    def _defer_update(self, answer: Answer, _: Payload, __: Call) -> None:
        answer.original_id = _source(answer)

    def _update(self, answer: Answer, data: Payload, call: Call) -> Payload:
        answer.original_id = _source(answer)
        return self._world.edit_message(answer.original_id, data, call.files)

    def _choices(self, answer: Answer, data: Payload, _: Call) -> None:
        if answer.interaction["type"] != AUTOCOMPLETE:
            raise invalid_form("type", "INTERACTION_APPLICATION_COMMAND_INVALID_TYPE", "Not an autocomplete.")
        if len(data.get("choices", ())) > 25:
            raise invalid_form("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")

    def _modal(self, answer: Answer, data: Payload, _: Call) -> None:
        _refuse_autocomplete(answer)
        if answer.interaction["type"] == MODAL_SUBMIT:
            raise invalid_form("type", "BASE_TYPE_CHOICES", "A modal cannot open another.")
        if not (data.get("custom_id") and data.get("title") and data.get("components")):
            raise invalid_form("data", "BASE_TYPE_REQUIRED", "This field is required")

    # The webhook

    def _answer(self, call: Call) -> Answer:
        """Return the interaction that a webhook's token stands for."""
        answer = self.answers.find(call.params["token"])
        if answer is None or call.id("app") != APPLICATION_ID or answer.callback is None:
            raise Refusal(404, 10015, "Unknown Webhook")
        if answer.expired or time.monotonic() - answer.sent_at > self._token_life:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        return answer

    def _target(self, answer: Answer, call: Call) -> int:
        """Return the message that the path names."""
        if call.params["message"] == "@original":
            if answer.original_id is None:
                raise Refusal(404, 10008, "Unknown Message")
            return answer.original_id
        message_id = call.id("message")
        if message_id not in {answer.original_id, *answer.followup_ids}:
            raise Refusal(404, 10008, "Unknown Message")
        return message_id

    def follow_up(self, call: Call) -> Payload:
        """Create a message, or fill in the deferred one, as Discord does while it is still loading."""
        answer, body = self._answer(call), call.object()
        if answer.loading and answer.original_id is not None:
            message = self._world.edit_message(answer.original_id, body, call.files)
        else:
            message = self._world.create_message(_channel(answer), body, call.files, **_extra(answer))
            answer.followup_ids.append(int(message["id"]))
        answer.loading = False
        _note(answer, "followup", call, message)
        return message

    def get(self, call: Call) -> Payload:
        """Return a message of the interaction."""
        return self._world.message(self._target(self._answer(call), call))

    def edit(self, call: Call) -> Payload:
        """Change a message of the interaction."""
        answer = self._answer(call)
        target = self._target(answer, call)
        message = self._world.edit_message(target, call.object(), call.files)
        answer.loading = answer.loading and target != answer.original_id
        _note(answer, "edit" if target == answer.original_id else "followup_edit", call, message)
        return message

    def delete(self, call: Call) -> Any:
        """Delete a message of the interaction."""
        answer = self._answer(call)
        target = self._target(answer, call)
        self._world.delete_message(target)
        answer.loading = answer.loading and target != answer.original_id
        _note(answer, "delete", call, None)


def _note(answer: Answer, kind: Kind, call: Call, message: Payload | None) -> None:
    answer.add(Deed(kind, call.at, call.object(), call.files, message))


def _channel(answer: Answer) -> int:
    return int(answer.interaction["channel_id"])


def _source(answer: Answer) -> int:
    """Return the message whose component was used."""
    if "message" not in answer.interaction:
        raise invalid_form("type", "INTERACTION_APPLICATION_COMMAND_INVALID_TYPE", "There is no message.")
    return int(answer.interaction["message"]["id"])


def _refuse_autocomplete(answer: Answer) -> None:
    if answer.interaction["type"] == AUTOCOMPLETE:
        raise invalid_form("type", "INTERACTION_APPLICATION_COMMAND_INVALID_TYPE", "Only choices will do.")


def _extra(answer: Answer) -> Payload:
    """Return the keys that only messages of interactions have."""
    event = answer.interaction
    person = event.get("user") or event["member"]["user"]
    metadata: Payload = {
        "id": event["id"],
        "type": event["type"],
        "user": person,
        "authorizing_integration_owners": event["authorizing_integration_owners"],
    }
    if answer.original_id is not None:
        metadata["original_response_message_id"] = str(answer.original_id)
    extra: Payload = {
        "type": payloads.CONTEXT_MENU_MESSAGE
        if event["data"].get("type") in {2, 3}
        else payloads.SLASH_MESSAGE,
        "webhook_id": str(APPLICATION_ID),
        "application_id": str(APPLICATION_ID),
        "interaction_metadata": metadata,
    }
    if event["type"] == MODAL_SUBMIT:
        # What opened the modal stands in for itself: an event does not say which interaction it was.
        opened: Payload = metadata | {"type": COMPONENT if "message" in event else COMMAND}
        if "message" in event:
            opened["interacted_message_id"] = event["message"]["id"]
        metadata["triggering_interaction_metadata"] = opened
    if event["type"] == COMPONENT:
        source = event["message"]
        metadata["interacted_message_id"] = source["id"]
        reference = {"type": 0, "channel_id": source["channel_id"], "message_id": source["id"]}
        extra |= {"type": payloads.REPLY_MESSAGE, "message_reference": reference}
    return extra


def _callback_object(answer: Answer, message: Payload | None) -> Payload:
    """Return what ``with_response`` asks for."""
    interaction: Payload = {"id": answer.interaction["id"], "type": answer.interaction["type"]}
    if message is not None:
        interaction |= {
            "response_message_id": message["id"],
            "response_message_loading": answer.loading,
            "response_message_ephemeral": bool(message["flags"] & EPHEMERAL),
        }
    body: Payload = {"interaction": interaction}
    kind = answer.type
    if message is not None and kind in {answers.MESSAGE, answers.UPDATE}:
        body["resource"] = {"type": kind, "message": message}
    return body
