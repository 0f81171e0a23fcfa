"""The screens about the hub: the search, what it found, one repository in its three parts, and the card of a first start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from desktop_app.engine.protocol import Device
from desktop_app.hub.repository import Repository, RepositoryFile
from desktop_app.library.fit import Fit
from desktop_app.services.download_item import DownloadItem
from desktop_app.services.recommending import Recommendation
from desktop_app.ui.library.first_card import FirstCard
from desktop_app.ui.library.hub_page import HubPage
from desktop_app.ui.models_place import ModelsPlace
from tests.fakes.online import FakeOnline, listed, repository, shape

if TYPE_CHECKING:
    from tests.screens import Scene

GB = 1_000_000_000
CARD = Device("Vulkan0", "GeForce RTX 4070", "gpu", 12 * GB, 11 * GB)
FIRST = repository("unsloth/Qwen3-4B-Instruct-2507-GGUF", likes=840)
FOUND = (
    FIRST,
    repository(
        "bartowski/google_gemma-3-12b-it-GGUF", n_parameters=11_800_000_000, gated="manual", license="gemma", likes=1_210,
        task="image-text-to-text", downloads=345_000, n_ctx_train=131_072,
    ),
    repository(
        "lmstudio-community/Llama-3.3-70B-Instruct-GGUF", n_parameters=70_600_000_000, license="llama3.3", likes=77,
        downloads=8_800, updated="2024-12-06T00:00:00Z",
    ),
    repository("Qwen/Qwen3-Embedding-0.6B-GGUF", n_parameters=596_000_000, task="feature-extraction", likes=212),
    repository("TheBloke/Mistral-7B-v0.1-GGUF", n_parameters=7_250_000_000, has_chat_template=False, likes=260),
    *(repository(f"acme/Tiny-{number}B-Instruct-GGUF", n_parameters=number * GB, likes=number) for number in range(1, 9)),
)  # fmt: skip
CARD_TEXT = """# Qwen3-4B-Instruct-2507

We introduce the updated version of the **Qwen3-4B non-thinking mode**, with the following key enhancements:

- **Significant improvements** in general capabilities, including instruction following, logical reasoning and coding.
- **Substantial gains** in long-tail knowledge coverage across *multiple languages*.

| | GPT-4.1-nano | Qwen3-4B | Qwen3-4B-Instruct-2507 |
|--|--:|--:|--:|
| MMLU-Pro | 62.8 | 58.0 | **69.6** |
| GPQA | 50.3 | 41.7 | **62.0** |

```shell
llama-server -hf unsloth/Qwen3-4B-Instruct-2507-GGUF:Q4_K_M
```

See [our blog](https://qwenlm.github.io/blog/qwen3/) for more.
"""


def start(scene: Scene) -> None:
    """The page before anything was asked."""
    _page(scene)


def results(scene: Scene) -> None:
    """What a search has found."""
    _search(scene)


def _search(scene: Scene) -> tuple[HubPage, FakeOnline]:
    page, online = _page(scene)
    page.field.edit.setText("qwen instruct")
    page.field.enter_pressed.emit()
    online.hub.found.emit(online.hub.number_of("search"), tuple(listed(one) for one in FOUND), True)
    scene.studio.settle(0.2)
    return page, online


def offline(scene: Scene) -> None:
    """The switch is on."""
    _page(scene)[1].network.set_offline(True)


def sizes(scene: Scene) -> None:
    """One repository, one of its sizes on the way."""
    _, online = _open(scene, FIRST)
    values: dict[str, Any] = {"title": "Qwen3 4B Instruct 2507", "repository": FIRST.id, "revision": FIRST.revision}
    item = online.downloads.put("d", **values, quantization="Q3_K_M", level="small", total_bytes=2_080_000_000)
    online.downloads.put(item.id, state="downloading", done_bytes=1_310_000_000)
    scene.studio.settle(0.3)


def sees(scene: Scene) -> HubPage:
    """The sizes of a model that sees pictures and asks for agreement."""
    gemma = FOUND[1]
    projector = RepositoryFile("mmproj-google_gemma-3-12b-it-f16.gguf", 854_000_000)
    page, _ = _open(scene, gemma.replaced(files=(*gemma.files, projector)))
    return page


def files(scene: Scene) -> None:
    """All its files."""
    page = sees(scene)
    page.repository_view.segments.button("files").click()
    scene.studio.settle(0.3)


def about(scene: Scene) -> None:
    """What its makers say."""
    page, online = _open(scene, FIRST)
    page.repository_view.segments.button("about").click()
    online.hub.card_read.emit(online.hub.number_of("card"), CARD_TEXT)
    scene.studio.settle(0.3)


def first_card(scene: Scene) -> None:
    """The card over the empty chat of a first start."""
    _show_first_card(scene, None)


def _show_first_card(scene: Scene, download: DownloadItem | None) -> None:
    scene.window.open_conversation(None)
    card = FirstCard(scene.theme)
    fit = Fit("fast", "card", 4 * GB, 11 * GB, 37, 37)
    values: dict[str, Any] = {"license": "apache-2.0", "languages": ("en", "zh"), "fit": fit}
    card.set_recommendation(
        Recommendation(
            "Qwen3 4B",
            "Qwen/Qwen3-4B-GGUF",
            "Q4_K_M",
            "balanced",
            5 * GB // 2,
            True,
            **values,
            seconds_left=240,
            n_found_elsewhere=7,
        )
    )
    card.set_download(download)
    scene.window.empty_state.set_card(card)
    scene.studio.settle(0.2)


def first_download(scene: Scene) -> None:
    """The same card while the model is on its way."""
    item = DownloadItem("d", "Qwen3 4B", "Q4_K_M", "balanced", "Qwen/Qwen3-4B-GGUF", "c", "downloading", GB, 5 * GB // 2)
    _show_first_card(scene, item.replaced(bytes_per_s=1.1e7, left_s=136, n_connections=4))


def _open(scene: Scene, one: Repository) -> tuple[HubPage, FakeOnline]:
    page, online = _search(scene)
    page.results.repository_chosen.emit(listed(one))
    online.hub.information.emit(online.hub.number_of("info"), one)
    online.hub.header_read.emit(online.hub.number_of("header"), shape())
    scene.studio.settle(0.4)
    return page, online


def _page(scene: Scene) -> tuple[HubPage, FakeOnline]:
    window, online = scene.window, FakeOnline()
    scene.services.engine._devices = (CARD,)
    shown = (window.actions_, window.centre, window.sidebar, window._choice, window.notices)
    window.models = ModelsPlace(scene.services, online, *shown, scene.theme, window)  # type: ignore[arg-type]  # a fake
    window.models.show("hub")
    page = window.models.page.part("hub")
    assert isinstance(page, HubPage)
    scene.studio.settle(0.2)
    return page, online


HUB_SCREENS: dict[str, Callable[[Scene], Any]] = {
    "hub": start, "hub-results": results, "hub-offline": offline, "hub-sizes": sizes, "hub-sees": sees, "hub-files": files, "hub-about": about,
    "first-card": first_card, "first-card-download": first_download,
}  # fmt: skip
