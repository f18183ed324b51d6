"""Where the Outlook page joins the sandbox's application."""

from __future__ import annotations

from aiohttp import web

from sandbox.world import World


def add_routes(app: web.Application, world: World) -> None:
    """Add the page's routes under ``/outlook/``; it acts through :mod:`sandbox.actions` on ``world``."""
