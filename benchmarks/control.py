"""The driver over HTTP, for another process: JSON in, JSON out, under ``/control``.

Acts are POSTs whose body holds the act's own keys, the keys of :class:`~benchmarks.events.Where`, and
``until`` ("first", "final", "none") and ``timeout`` (seconds). They return the answer as
:meth:`~benchmarks.answers.Answer.summary` does. What goes wrong is ``{"error": …}``: 400 for what a
person could not have done, 409 where no bot is connected or an endpoint does not take it, 504 with
``"answer"`` where the answer did not come in time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, cast

from aiohttp import web

from benchmarks import events
from benchmarks.answers import Answer
from benchmarks.driver import DEFAULT_SECONDS, Driver
from benchmarks.events import Where
from benchmarks.faults import Fault
from benchmarks.gateway import NotConnected
from benchmarks.posting import NotTaken
from benchmarks.wire import Payload, Refusal, json_answer

Act: TypeAlias = Callable[[Payload], Awaitable[Any]]

CONTROL_PATH = "/control"

WHERE_KEYS = frozenset(Where.__annotations__)


class Control:
    """Serves a :class:`~benchmarks.driver.Driver`."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def mount(self, app: web.Application) -> None:
        """Add the control routes to an application."""
        acts: dict[str, Act] = {
            "slash": self.slash,
            "context": self.context,
            "autocomplete": self.autocomplete,
            "modal": self.modal,
            "click": self.click,
            "dispatch": self.dispatch,
            "guild": self.guild,
            "gateway": self.gateway,
            "fault": self.fault,
            "expire": self.expire,
            "wait": self.wait,
            "endpoints": self.endpoints,
        }
        for name, act in acts.items():
            app.router.add_post(f"{CONTROL_PATH}/{name}", _posted(act))
        app.router.add_get(f"{CONTROL_PATH}/state", self._state)
        app.router.add_get(f"{CONTROL_PATH}/requests", self._requests)
        app.router.add_get(f"{CONTROL_PATH}/messages", self._messages)
        app.router.add_get(CONTROL_PATH + "/answers/{id}", self._answer)

    # Acts

    async def slash(self, body: Payload) -> Payload:
        """Type a command: ``command``, ``options``."""
        command, options = body.pop("command"), body.pop("options", {})
        return await self._act(events.slash(self._driver.world, command, options, where=_where(body)), body)

    async def context(self, body: Payload) -> Payload:
        """Choose from a context menu: ``command``, ``target_user`` or ``target_message``."""
        command, user, message = (
            body.pop("command"),
            body.pop("target_user", 0),
            body.pop("target_message", 0),
        )
        event = events.context_menu(
            self._driver.world,
            command,
            user_id=int(user) or None,
            message_id=int(message) or None,
            where=_where(body),
        )
        return await self._act(event, body)

    async def autocomplete(self, body: Payload) -> Payload:
        """Type in an option: ``command``, ``focused``, ``options``."""
        command, focused, options = body.pop("command"), body.pop("focused"), body.pop("options", {})
        event = events.autocomplete(self._driver.world, command, options, focused, where=_where(body))
        return await self._act(event, body)

    async def modal(self, body: Payload) -> Payload:
        """Fill in a modal: ``fields``, and ``interaction_id`` of what opened it.

        Instead of that, ``modal`` may hold the modal itself, for one that this Discord never showed.
        """
        fields = body.pop("fields", {})
        if "modal" in body:
            event = events.modal_submit(self._driver.world, body.pop("modal"), fields, where=_where(body))
        else:
            opened = self._driver.answers.get(int(body.pop("interaction_id")))
            event = self._driver.submission(opened, fields, _where(body))
        return await self._act(event, body)

    async def click(self, body: Payload) -> Payload:
        """Press or choose: ``which`` (custom id, label), ``values``, ``message_id`` or ``interaction_id``."""
        which, values = body.pop("which"), body.pop("values", [])
        if "message_id" in body:
            shown = int(body.pop("message_id"))
        else:
            shown = self._driver.answers.get(int(body.pop("interaction_id")))
        return await self._act(self._driver.press(shown, which, values, _where(body)), body)

    async def _act(self, event: Payload, body: Payload) -> Payload:
        """Dispatch an interaction and wait as the rest of the body asks, which must hold nothing else."""
        until, seconds = body.pop("until", "final"), float(body.pop("timeout", DEFAULT_SECONDS))
        if body:
            raise ValueError(f"unknown keys: {sorted(body)}")
        answer = await self._driver.send(event, "none")
        if until != "none":
            try:
                await answer.wait(until, seconds)
            except TimeoutError as error:
                raise _TooLate(error, answer) from None
        return answer.summary()

    async def dispatch(self, body: Payload) -> Payload:
        """Send any event: ``event``, ``data``, ``guild_id``."""
        guild_id = body.get("guild_id")
        place = None if guild_id is None else int(guild_id)
        return {"sent": await self._driver.gateway.dispatch(body["event"], body["data"], place)}

    async def guild(self, body: Payload) -> Payload:
        """Add or remove the bot: ``guild_id``, ``action`` ("create", "delete"), ``unavailable``."""
        guild_id = int(body["guild_id"])
        if body["action"] == "create":
            await self._driver.guild_create(guild_id)
        else:
            await self._driver.guild_delete(guild_id, unavailable=bool(body.get("unavailable")))
        return {}

    async def gateway(self, body: Payload) -> Payload:
        """Disturb the connections: ``action`` "reconnect" (op 7), or "drop" with a close ``code``."""
        if body["action"] == "reconnect":
            await self._driver.gateway.reconnect()
        else:
            await self._driver.gateway.drop(int(body.get("code", 4000)))
        return {}

    async def fault(self, body: Payload) -> Payload:
        """Order trouble with the keys of :class:`~benchmarks.faults.Fault`; an empty body ends all of it."""
        if body:
            self._driver.faults.append(Fault(**body))
        else:
            self._driver.faults.clear()
        return {"faults": len(self._driver.faults)}

    async def expire(self, body: Payload) -> Payload:
        """Let the token of ``interaction_id`` run out."""
        self._driver.answers.get(int(body["interaction_id"])).expired = True
        return {}

    async def wait(self, body: Payload) -> Payload:
        """Wait until ``shards`` shards are ready, at most ``timeout`` seconds; return the state."""
        await self._driver.wait_ready(int(body.get("shards", 1)), float(body.get("timeout", 30)))
        return self._driver.state()

    async def endpoints(self, body: Payload) -> Payload:
        """Post interactions over HTTP from now on, to ``urls`` in turn, once those are verified."""
        await self._driver.post_to(*body["urls"])
        return {}

    # What can be looked at

    async def _state(self, _: web.Request) -> web.Response:
        return json_answer(self._driver.state())

    async def _requests(self, request: web.Request) -> web.Response:
        """Return the requests from number ``since`` on."""
        since = int(request.query.get("since", "0"))
        return json_answer([call.summary() for call in list(self._driver.requests)[since:]])

    async def _messages(self, request: web.Request) -> web.Response:
        """Return the messages, of ``channel_id`` alone if it is given."""
        channel_id = request.query.get("channel_id")
        return json_answer(self._driver.messages(None if channel_id is None else int(channel_id)))

    async def _answer(self, request: web.Request) -> web.Response:
        """Return an interaction and what came of it until now."""
        try:
            return json_answer(self._driver.answers.get(int(request.match_info["id"])).summary())
        except LookupError as error:
            return json_answer({"error": str(error)}, 404)


class _TooLate(Exception):
    """The answer waited for did not come."""

    def __init__(self, error: TimeoutError, answer: Answer) -> None:
        super().__init__(str(error))
        self.answer = answer


def _where(body: Payload) -> Where:
    """Take the keys of :class:`Where` out of a body; ids may be strings, as JSON wants them."""
    found = {key: body.pop(key) for key in WHERE_KEYS & body.keys()}
    ids = {key: int(found[key]) for key in ("user_id", "channel_id") if key in found}
    if found.get("guild_id") is not None:
        ids["guild_id"] = int(found["guild_id"])
    numbers = {key: int(found[key]) for key in ("permissions", "app_permissions") if key in found}
    return cast("Where", found | ids | numbers)


def _posted(act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return the handler of an act: JSON in and out, failures as JSON."""

    async def handle(request: web.Request) -> web.Response:
        try:
            body: Payload = await request.json() if request.body_exists else Payload()
            return json_answer(await act(body))
        except _TooLate as late:
            return json_answer({"error": str(late), "answer": late.answer.summary()}, 504)
        except TimeoutError as error:
            return json_answer({"error": str(error)}, 504)
        except (NotConnected, NotTaken) as error:
            return json_answer({"error": str(error)}, 409)
        except (LookupError, ValueError, TypeError, Refusal) as error:
            return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)

    return handle
