"""Typed keys: what the application and each request carry."""

from aiohttp import web
from jinja2 import Environment

from intake.reception import Reception
from intake.settings import Settings
from storage.database import Database
from storage.files import Files
from web.access import Viewer
from web.assets import Assets
from web.broadcast import Broadcaster
from web.passwords import Passwords

DATABASE = web.AppKey("database", Database)
FILES = web.AppKey("files", Files)
RECEPTION = web.AppKey("reception", Reception)
SETTINGS = web.AppKey("settings", Settings)
ASSETS = web.AppKey("assets", Assets)
TEMPLATES = web.AppKey("templates", Environment)
LIVE = web.AppKey("live", Broadcaster)
PASSWORDS = web.AppKey("passwords", Passwords)

VIEWER = web.RequestKey("viewer", Viewer)
LIVE_AT = web.RequestKey("live_at", str)  # where live updates stood when the request came
REQUEST_ID = web.RequestKey("request_id", str)
