"""The screens about the network: as it is at first, and as it looks when somebody has used it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from desktop_app.hub.access import OFFICIAL, Connected, Endpoint
from desktop_app.services.network import Network
from desktop_app.services.secrets import Secrets
from desktop_app.ui.library.network_page import NetworkPage
from desktop_app.ui.models_place import ModelsPlace
from tests.fakes.online import FakeOnline
from tests.fakes.secret_store import FakeSecretStore

if TYPE_CHECKING:
    from tests.screens import Scene

MADE = (
    ("huggingface.co", "search", "", 1, 48_213, 200),
    ("huggingface.co", "info", "Qwen/Qwen3-4B-GGUF", 2, 21_870, 200),
    ("huggingface.co", "header", "Qwen/Qwen3-4B-GGUF", 2, 65_536, 206),
    ("cas-bridge.xethub.hf.co", "download", "Qwen/Qwen3-4B-GGUF", 312, 2_497_280_256, 206),
    ("mirror.example.org", "check", "", 1, 0, 0),
)


def _page(scene: Scene, environment: dict[str, str]) -> tuple[NetworkPage, Network]:
    window, services = scene.window, scene.services
    secrets = Secrets(window, FakeSecretStore)
    home = services.paths.cache / "hub"
    network = Network(services.preferences, services.conversations, home, window, environment=environment, secrets=secrets)
    online: Any = FakeOnline(network=network)  # type: ignore[arg-type]
    shown = (window.actions_, window.centre, window.sidebar, window._choice, window.notices)
    window.models = ModelsPlace(services, online, *shown, scene.theme, window)
    window.models.show("network")
    page = window.models.page.part("network")
    assert isinstance(page, NetworkPage)
    return page, network


def at_first(scene: Scene) -> None:
    """Nothing was set and nothing connected to."""
    _page(scene, {})


def used(scene: Scene) -> None:
    """Mirrors, a token, and a record; scrolled down."""
    page, network = _page(scene, {"HF_ENDPOINT": "https://mirror.example.org"})
    # The settings are the same for all screens.
    network.set_endpoints([*network.endpoints()[:2], Endpoint("http://192.168.1.20:8080")])
    page.endpoints.rows[1].tell(page.endpoints.tr("It answers, and it is a site for models."))
    network.save_token("hf_example")
    for host, purpose, repository, n_requests, n_bytes, status in MADE:
        network.record(Connected(host, 443, purpose, repository, n_requests, n_bytes, status, OFFICIAL))
    scene.studio.settle(0.8)
    network.close()
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())


def mirrors(scene: Scene) -> None:
    """The same, from its top."""
    used(scene)
    scene.window.models.page.part("network").verticalScrollBar().setValue(0)


NETWORK_SCREENS: dict[str, Callable[[Scene], None]] = {"network": at_first, "network-mirrors": mirrors, "network-used": used}
