"""What begins when the window is on the screen: a model, later starts, titles, the hub, everything that can wait.

Imports stand in the functions: this module is read before the first paint, what it begins is not. The model and the
conversation of last time come at once, before anything that is typed. The rest begins one after the other, each in a
turn of its own, and most of its time goes into imports: they are made in short turns, between which the window answers.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.options import Options
    from desktop_app.services import Services
    from desktop_app.services.imports import TurnImports
    from desktop_app.services.instance_server import InstanceServer
    from desktop_app.services.kv_states import KvStates
    from desktop_app.services.load_plans import LoadPlans
    from desktop_app.services.online import Online
    from desktop_app.services.starts import Starts
    from desktop_app.storage.recovery import Recovery
    from desktop_app.ui.appearance import Appearance
    from desktop_app.ui.data_place import DataPlace
    from desktop_app.ui.desktop_place import DesktopPlace
    from desktop_app.ui.early_presses import EarlyPresses
    from desktop_app.ui.main_window import MainWindow
    from desktop_app.ui.motion import Motion
    from desktop_app.ui.safekeeping import Safekeeping


WARM_DELAY_MS = 400
"""After all that begins here, so that the engine process gets the second core first."""
SEEN = (
    "ui.context.context_view", "ui.model_talk.model_talk",
    "ui.commands", "ui.guide_place", "ui.personas_place", "ui.prompts_place", "ui.settings_place", "ui.talk_place",
    "services.online", "ui.first_run", "ui.models_place",
    "ui.motion", "ui.desktop_place", "ui.data_place", "ui.spoken_answers",
)  # fmt: skip
"""Imported together: what comes to be seen then comes at once, within a frame or two."""


class AfterFirstPaint:
    """What can wait until the person sees the window."""

    def __init__(
        self,
        options: Options,
        services: Services,
        window: MainWindow,
        appearance: Appearance,
        starts: Starts,
        recovery: Recovery | None,
    ) -> None:
        self._options, self._services, self._window, self._appearance = options, services, window, appearance
        self._starts, self._recovery = starts, recovery
        self._server: InstanceServer | None = None
        self._safekeeping: Safekeeping | None = None
        self._kv_states: KvStates | None = None
        self._plans: LoadPlans | None = None
        self._online: Online | None = None
        self._data: DataPlace | None = None
        self._desktop: DesktopPlace | None = None
        self._motion: Motion | None = None
        self._early: EarlyPresses | None = None
        self._imports: TurnImports | None = None
        self._beginnings: list[tuple[Sequence[str], Callable[[], None]]] = [
            (("services.model_search", "services.folder_watch", "storage.indexing"), self._begin_searches),
            (("services.idle_unload", "services.titles", "services.kv_states"), self._follow_engine),
            (SEEN, window.show_context),
            ((), window.show_model_talk),
            ((), window.show_prompts),
            ((), self._show_models),
            ((), self._begin_places),
            (("services.instance_server", "services.backup_work", "services.garbage", "ui.safekeeping"), self._keep_safe),
        ]

    def run(self) -> None:
        """Start the engine with a model, show the conversation of last time; the rest begins in turns of its own."""
        from desktop_app.trace import trace

        trace("first_paint")
        gc.freeze()
        from desktop_app.services.imports import TurnImports
        from desktop_app.ui.early_presses import EarlyPresses

        self._early = EarlyPresses(self._window, self._window.notices)
        self._imports = TurnImports(self._window)
        try:
            self._follow_models()
            self._load_model()
            self._open_last_conversation()
        finally:  # a mistake in one of them takes nothing away from the others
            self._read_next()

    def _read_next(self) -> None:
        """Have imported what the next one needs."""
        assert self._imports is not None
        if self._beginnings:
            names, begin = self._beginnings.pop(0)
            self._imports.run(names, partial(self._begin, begin))
        else:
            self._end_beginning()

    def _begin(self, begin: Callable[[], None]) -> None:
        try:
            begin()
        finally:
            self._read_next()

    def _end_beginning(self) -> None:
        from desktop_app.services.garbage import collect_here

        gc.freeze()
        collect_here()
        assert self._early is not None
        assert self._imports is not None
        self._imports.close()
        self._early.end()
        if self._options.file is not None:
            self._window.open_file(self._options.file)
        from PySide6.QtCore import QTimer

        QTimer.singleShot(WARM_DELAY_MS, self._window.transcript, self._window.transcript.warm)

    def _begin_searches(self) -> None:
        self._services.library.refresh()
        if self._services.conversations.file.problem is None:
            self._services.conversations.purge_expired()
            self._services.search.begin()

    def _follow_engine(self) -> None:
        from desktop_app.services.idle_unload import IdleUnload
        from desktop_app.services.kv_states import KvStates
        from desktop_app.services.titles import Titles

        services = self._services
        self._idle_unload = IdleUnload(services.engine, services.preferences, self._window)
        self._titles = Titles(services.conversations, services.engine, services.generation, self._window)
        self._kv_states = KvStates(services.paths, services.preferences, services.conversations, services.engine, self._window)

    def _follow_models(self) -> None:
        services = self._services
        if services.preferences.get("models_place") != str(services.paths.models):
            from desktop_app.services.relocation import follow_models

            follow_models(services.paths.models, services.preferences, services.conversations)

    def _load_model(self) -> None:
        from desktop_app.services.card_trial import CardTrial

        self._services.engine.try_cards_by(CardTrial(self._services.preferences))
        if not self._starts.is_loop:
            self._services.engine.start()  # it has much to read from disk while this goes on
        from desktop_app.services.load_choices import LoadChoices
        from desktop_app.services.load_plans import LoadPlans
        from desktop_app.services.load_records import LoadRecords
        from desktop_app.services.model_notes import ModelNotes  # noqa: F401  (wanted when a model is loaded, at any moment)
        from desktop_app.services.template_choices import TemplateChoices

        starter = self._starter()
        loads = LoadChoices(self._services.preferences)
        records = LoadRecords(self._services.conversations)
        self._plans = LoadPlans(records, self._window, trusted=starter, draft_of=loads.draft_of)
        self._services.engine.plan_with(self._plans)
        self._services.engine.choose_template_by(TemplateChoices(self._services.preferences).of)
        self._services.engine.choose_parameters_by(loads.of)
        self._services.engine.choose_draft_by(loads.draft_of)
        last = self._model_of_last_time()
        if last is not None and not self._plans.may_load_by_itself(last):
            last = None
        model = self._options.model or last or starter
        if model is not None and not self._starts.is_loop:
            self._services.engine.load(model)

    def _open_last_conversation(self) -> None:
        from desktop_app.ui.last_conversation import LastConversation

        last = LastConversation(self._services, self._window)
        # Not in a loop of crashes: it may be what ends the process. And a file that is to be opened comes first.
        if not self._starts.is_loop and self._options.file is None:
            last.open()

    def _show_models(self) -> None:
        from desktop_app.services.online import make_online

        self._online = make_online(self._services, self._window, is_offline=self._options.offline)
        self._window.show_models(self._online)
        # In a loop of crashes they are shown and nothing is begun; nor where nobody knows whether the person is offline.
        is_unknown = self._services.preferences.problem is not None
        self._online.downloads.begin(is_held=self._starts.is_loop or is_unknown)

    def _begin_places(self) -> None:
        from desktop_app.ui.data_place import DataPlace
        from desktop_app.ui.desktop_place import DesktopPlace
        from desktop_app.ui.motion import Motion
        from desktop_app.ui.spoken_answers import SpokenAnswers

        assert self._online is not None
        self._motion = Motion(self._services.preferences, self._window)
        self._desktop = DesktopPlace(self._services, self._online, self._appearance, self._window)
        self._data = DataPlace(self._services, self._appearance, self._window)
        self._voice = SpokenAnswers(self._services.generation, self._window.conversation, self._window)

    def _keep_safe(self) -> None:
        from desktop_app.services.instance_server import InstanceServer
        from desktop_app.ui.safekeeping import Safekeeping

        server = InstanceServer(self._services.paths.data, self._window)
        server.raise_requested.connect(self._window.on_later_start)
        self._server = server
        self._safekeeping = Safekeeping(self._services, self._window, self._appearance, self._starts)
        self._safekeeping.begin(self._recovery)

    def is_to_start_again(self) -> bool:
        """Say whether the person wants a repair, or the data moved, which a start does."""
        return any(one is not None and one.is_restart_wanted for one in (self._safekeeping, self._data))

    def close(self) -> None:
        """Stop listening and looking after; what has not begun by now never does."""
        if self._imports is not None:
            self._imports.close()
        if self._motion is not None:
            self._motion.close()
        if self._desktop is not None:
            self._desktop.close()
        if self._safekeeping is not None:
            self._safekeeping.close()
        if self._data is not None:
            self._data.close()
        if self._kv_states is not None:
            self._kv_states.close()
        if self._plans is not None:
            self._plans.close()
        if self._online is not None:
            self._online.close()
        if self._server is not None:
            self._server.close()

    def _model_of_last_time(self) -> Path | None:
        path = Path(str(self._services.preferences.get("last_model") or ""))
        try:
            return path if path.is_file() else None
        except OSError:  # on a disk that is gone
            return None

    def _starter(self) -> Path | None:
        from desktop_app.resources import starter_model

        return starter_model()
