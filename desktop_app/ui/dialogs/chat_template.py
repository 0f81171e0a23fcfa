"""The chat template of the loaded model: which one is used and why, its text, and others to choose."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.engine.parameters import CHAT_TEMPLATES
from desktop_app.engine.protocol import ModelInfo, TemplateFault
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.choice_box import ChoiceBox

OWN, PLAIN = "own", "plain"


class ChatTemplateDialog(Dialog):
    """Shows the template of `model`; `chosen`: what the person has chosen for it before, "" for nothing.

    Signals:
        template_chosen(name): "" for whichever is right.
    """

    template_chosen = Signal(str)

    def __init__(self, model: ModelInfo, chosen: str, theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.set_heading(self.tr("Chat template"))
        self._chosen = chosen
        self.reason = self.add_text(self._reason(model), "secondary")
        self.box = ChoiceBox(theme)
        self.box.setAccessibleName(self.tr("Chat template"))
        self.box.setMinimumHeight(theme.row(36))
        self.box.addItem(self.tr("Whichever is right"), "")
        self.box.addItem(self.tr("The model’s own, whatever is wrong with it"), OWN)
        for name, title in CHAT_TEMPLATES:
            self.box.addItem(title, name)
        self.box.addItem(self.tr("None: the model goes on with the text"), PLAIN)
        self.box.setCurrentIndex(max(0, self.box.findData(chosen)))
        self.content.addWidget(self.box)
        self.add_text(self.tr("In use now:"), "caption")
        self.source = self.add_readable(model.template_source)
        self.source.setAccessibleName(self.tr("Text of the chat template in use"))
        self.add_button(self.tr("Cancel")).clicked.connect(self.reject)
        self._use = self.add_button(self.tr("Use and reload"), is_primary=True)
        self._use.clicked.connect(self._on_use_clicked)
        self.finish_layout()
        self.ask_for(640, 560)

    def _reason(self, model: ModelInfo) -> str:
        """Say which template is in use, and why it is not the model's own."""
        if model.template == OWN:
            return self.tr("“{model}” brings its own chat template, and it is used.").format(model=model.name)
        title = dict(CHAT_TEMPLATES).get(model.template, "")
        if model.template_fault:
            text = self._fault(model.template_fault)
        elif model.template == PLAIN:
            text = self.tr("“{model}” has no chat template: it goes on with what you write, and was not taught to answer.")
        elif self._chosen:
            text = self.tr("“{model}” uses {title}, as you have chosen.")
        else:
            text = self.tr("“{model}” brings no chat template; {title}, that of its family, is used.")
        return text.format(model=model.name, title=title or self.tr("plain text"))

    def _fault(self, fault: TemplateFault) -> str:
        match fault:
            case "adds":
                return self.tr(
                    "The template of “{model}” writes words that nobody has said, so {title}, a known good one, is used."
                )
            case "changes":
                return self.tr("The template of “{model}” changes what you write, so {title}, a known good one, is used.")
            case "confuses":
                return self.tr("The template of “{model}” mixes up who has said what, so {title}, a known good one, is used.")
            case _:
                return self.tr("The template of “{model}” is broken, so {title}, a known good one, is used.")

    @Slot()
    def _on_use_clicked(self) -> None:
        if self.box.currentData() != self._chosen:
            self.template_chosen.emit(self.box.currentData())
        self.accept()
