"""The proxies that this system or its environment names: imported late, because urllib takes 30 ms to import."""

from __future__ import annotations

from urllib.request import getproxies

from desktop_app.hub.access import Proxy


def system_proxy() -> Proxy:
    """Give them: from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, else from the settings of Windows and macOS."""
    found = getproxies()
    return Proxy(found.get("http", ""), found.get("https", ""), found.get("all", ""), found.get("no", ""))
