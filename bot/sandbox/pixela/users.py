"""The endpoints about users and their profile pages.

https://docs.pixe.la/entry/post-user and its neighbours.
"""

from __future__ import annotations

from html import escape

from aiohttp import web

from bot.sandbox.pixela.book import Profile, User, hash_token
from bot.sandbox.pixela.call import Call, Fields
from bot.sandbox.pixela.refusal import MINOR, SHORT_CREDENTIAL, TERMS, USER_EXISTS, Refusal, bad
from bot.sandbox.pixela.rules import is_timezone, is_token, is_username
from bot.sandbox.upstream import JSON, answer

SUCCESS: JSON = {"message": "Success.", "isSuccess": True}
"""The body of every write that has nothing else to say."""

_PROFILE_KEYS = (
    "displayName",
    "gravatarIconEmail",
    "title",
    "timezone",
    "aboutURL",
    "contributeURLs",
    "pinnedGraphID",
    "allowAIProcessing",
)


def create_user(call: Call) -> web.Response:
    """POST /v1/users: anybody may; both agreements must say ``yes``."""
    fields = call.fields("token", "username", "agreeTermsOfService", "notMinor", "thanksCode")
    token = _token(fields, "token")
    username = fields.need("username", is_username)
    _check_agreement(call, fields, "agreeTermsOfService", TERMS)
    _check_agreement(call, fields, "notMinor", MINOR)
    if username in call.users:
        raise Refusal(409, USER_EXISTS)
    thanks_code = _thanks_code(call, fields)
    call.users[username] = User(username, hash_token(token), call.now, thanks_code)
    # The space before the comma is the vendor's.
    greeting = f"Success. Let's visit https://pixe.la/@{username} , it is your profile page!"
    return answer({"message": greeting, "isSuccess": True})


def update_user(call: Call) -> web.Response:
    """PUT /v1/users/u: a new token, a thanks code, or both; the vendor's examples omit either."""
    fields = call.fields("newToken", "thanksCode", "allowAIProcessing")
    if not any(name in fields for name in ("newToken", "thanksCode", "allowAIProcessing")):
        raise bad("newToken")
    user = call.user
    token_hash = hash_token(_token(fields, "newToken")) if "newToken" in fields else user.token_hash
    thanks_code = _thanks_code(call, fields) or user.thanks_code
    user.allow_ai_processing = fields.flag("allowAIProcessing", default=user.allow_ai_processing)
    user.token_hash, user.thanks_code = token_hash, thanks_code
    return answer(SUCCESS)


def delete_user(call: Call) -> web.Response:
    """DELETE /v1/users/u: the user goes with every graph."""
    del call.users[call.user.username]
    return answer(SUCCESS)


def show_profile(call: Call) -> web.Response:
    """GET /@u: a public page; secret graphs of supporters are left out."""
    user = call.user
    hides = user.supports(call.choices)
    items = "".join(
        f'<li><a href="/v1/users/{user.username}/graphs/{graph.id}.html">{escape(graph.design.name)}</a></li>'
        for graph in user.graphs.values()
        if not (hides and graph.design.is_secret)
    )
    title = escape(user.profile.display_name or user.username)
    page = f'<!DOCTYPE html><meta charset="utf-8"><title>{title}</title><h1>{title}</h1><ul>{items}</ul>'
    return web.Response(text=page, content_type="text/html")


def update_profile(call: Call) -> web.Response:
    """PUT /@u: every key is optional, even all of them."""
    fields = call.fields(*_PROFILE_KEYS)
    user, old = call.user, call.user.profile
    profile = Profile(
        display_name=fields.text("displayName", old.display_name, _anything),
        gravatar_icon_email=fields.text("gravatarIconEmail", old.gravatar_icon_email, _anything),
        title=fields.text("title", old.title, _anything),
        timezone=fields.text("timezone", old.timezone, lambda text: is_timezone(text, call.choices)),
        about_url=fields.text("aboutURL", old.about_url, _anything),
        contribute_urls=fields.texts("contributeURLs", old.contribute_urls),
        pinned_graph_id=fields.text("pinnedGraphID", old.pinned_graph_id, user.graphs.__contains__),
    )
    user.allow_ai_processing = fields.flag("allowAIProcessing", default=user.allow_ai_processing)
    user.profile = profile
    return answer(SUCCESS)


def _token(fields: Fields, name: str) -> str:
    try:
        return fields.need(name, is_token)
    except Refusal as refusal:
        raise Refusal(refusal.status, SHORT_CREDENTIAL) from None


def _thanks_code(call: Call, fields: Fields) -> str | None:
    code = fields.text("thanksCode", "", _anything) or None
    status = call.choices.wrong_thanks_code_status
    if code and status and not call.choices.thanks(code):
        raise Refusal(status, "Specified thanksCode is not valid.")
    return code


def _check_agreement(call: Call, fields: Fields, name: str, text: str) -> None:
    if fields.need(name, _anything) != "yes":
        raise Refusal(call.choices.refused_agreement_status, text)


def _anything(_text: str) -> bool:
    return True
