"""The chat template of the loaded model: which one is used and why, its text, others to choose, and one to be written."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal, Slot
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_app.engine.parameters import CHAT_TEMPLATES, EDITED_TEMPLATE, TEMPLATE_CHARACTERS_MAX, is_template_source
from desktop_app.engine.protocol import ModelInfo, TemplateFault
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.choice_box import ChoiceBox

OWN, PLAIN = "own", "plain"
_EXAMPLE = "{{ message.content }}"


class ChatTemplateDialog(Dialog):
    """Shows the template of `model`; `chosen`: what the person has chosen for it before, "" for nothing.

    `edited`: what the person has written for it before, "" for nothing; then the template in use is there to begin with.

    Signals:
        template_chosen(path, name): "" for whichever is right.
        text_used(path, text): this is to be the template.
        text_kept(path, text): this was written and is not used.
    """

    template_chosen = Signal(str, str)
    text_used = Signal(str, str)
    text_kept = Signal(str, str)

    def __init__(self, model: ModelInfo, chosen: str, theme: Theme, parent: QWidget, edited: str = "") -> None:
        super().__init__("", theme, parent)
        self.set_heading(self.tr("Chat template"))
        self._path = model.path
        self._chosen = chosen
        self._given = edited or model.template_source
        self._is_warned = False
        self.reason = self.add_text(self._reason(model), "secondary")
        self.box = ChoiceBox(theme)
        self.box.setAccessibleName(self.tr("Chat template"))
        self.box.setMinimumHeight(theme.row(36))
        self.box.addItem(self.tr("Automatic"), "")
        self.box.addItem(self.tr("The model’s own, whatever is wrong with it"), OWN)
        self.box.addItem(self.tr("Your own: edit it below"), EDITED_TEMPLATE)
        for name, title in CHAT_TEMPLATES:
            self.box.addItem(title, name)
        self.box.addItem(self.tr("None: the model goes on with the text"), PLAIN)
        self.box.setCurrentIndex(max(0, self.box.findData(chosen)))
        self.content.addWidget(self.box)
        self._caption = self.add_text("", "caption")
        self.source = self.add_readable(model.template_source)
        self.source.setAccessibleName(self.tr("Text of the chat template in use"))
        self.editor = self._add_editor()
        for field in (self.source, self.editor):
            field.setFont(theme.mono_font())
        self.problem = self.add_text("", "warning")
        if model.template_fault == "edited":
            self.problem.setText(self.tr("The error at the last load: {problem}").format(problem=model.template_problem))
        self._show_chosen()
        self.box.currentIndexChanged.connect(self._on_choice_changed)
        self.add_button(self.tr("Cancel")).clicked.connect(self.reject)
        self._use = self.add_button(self.tr("Use and reload"), is_primary=True)
        self._use.clicked.connect(self._on_use_clicked)
        self.finish_layout()
        self.ask_for(640, 560)

    def _add_editor(self) -> QPlainTextEdit:
        editor = self.add_readable(self._given)
        editor.setReadOnly(False)
        editor.setProperty("kind", "")  # the look of a field to write in
        editor.setAccessibleName(self.tr("Text of your chat template"))
        return editor

    def _show_chosen(self) -> None:
        """Show the text that belongs to what is chosen: one to be read, or one to be written."""
        is_own = self.box.currentData() == EDITED_TEMPLATE
        self._caption.setText(self.tr("Your text, in Jinja:") if is_own else self.tr("In use now:"))
        self.source.setVisible(not is_own)
        self.editor.setVisible(is_own)
        self.problem.setVisible(is_own and bool(self.problem.text()))

    def _written(self) -> str:
        document = self.editor.document()
        if not document.isModified():
            return self._given  # with the line ends that it had
        # `toPlainText` would turn a space that does not break into a usual one.
        return document.toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def _is_too_long(self) -> bool:
        return len(self._written()) > TEMPLATE_CHARACTERS_MAX

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self._show_chosen()
        self.editor.setAccessibleDescription(problem)
        self.editor.setFocus()

    def _say_too_long(self) -> None:
        words = self.tr("A chat template has at most {limit} characters and this one has {n}: it can be neither used nor kept.")
        locale = QLocale()
        limit, n = locale.toString(TEMPLATE_CHARACTERS_MAX), locale.toString(len(self._written()))
        self._say(words.format(limit=limit, n=n))

    def _reason(self, model: ModelInfo) -> str:
        """Say which template is in use, and why it is not the model's own."""
        if model.template_fault == "edited":
            return self._reason_of_error(model)
        if model.template == EDITED_TEMPLATE:
            return self.tr("“{model}” uses the template that you have written.").format(model=model.name)
        if model.template == OWN:
            return self.tr("“{model}” brings its own chat template, and it is used.").format(model=model.name)
        # What was chosen may be missing: then the model gets what it would have got.
        is_chosen = model.template == self._chosen
        if model.template_fault:
            text = self._fault(model.template_fault)
        elif is_chosen and model.template == PLAIN:
            text = self.tr("“{model}” uses no chat template, as you have chosen; it goes on with what you write.")
        elif model.template == PLAIN:
            text = self.tr("“{model}” has no chat template: it goes on with what you write, and was not taught to answer.")
        elif is_chosen:
            text = self.tr("“{model}” uses {title}, as you have chosen.")
        else:
            text = self.tr("“{model}” brings no chat template; {title}, that of its family, is used.")
        return text.format(model=model.name, title=dict(CHAT_TEMPLATES).get(model.template, model.template))

    def _reason_of_error(self, model: ModelInfo) -> str:
        if model.template == OWN:
            text = self.tr("Your template for “{model}” has an error, so the model’s own is used.")
        elif model.template == PLAIN:
            text = self.tr("Your template for “{model}” has an error, so none is used: the model goes on with what you write.")
        else:
            text = self.tr("Your template for “{model}” has an error, so {title}, a known good one, is used.")
        return text.format(model=model.name, title=dict(CHAT_TEMPLATES).get(model.template, ""))

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

    def reject(self) -> None:
        """Close without using anything, after saying so once where what was written cannot be kept."""
        if not self._warn_of_loss():
            super().reject()

    def done(self, result: int) -> None:
        """Close; what was written and is not used stays for the next time."""
        if self._written() != self._given and not self._is_too_long():
            self.text_kept.emit(self._path, self._written())
        super().done(result)

    def _warn_of_loss(self) -> bool:
        """Show what cannot be kept, and say why, the first time; whether that was done."""
        if self._is_warned or not self._is_too_long():
            return False
        self._is_warned = True
        self.box.setCurrentIndex(self.box.findData(EDITED_TEMPLATE))
        self._say_too_long()
        return True

    def _use_written(self) -> None:
        text = self._written()
        if self._is_too_long():
            self._say_too_long()
        elif not is_template_source(text):
            self._say(self.tr("A chat template has to write the messages, for instance with {example}.").format(example=_EXAMPLE))
        else:
            self._given = text
            self.editor.document().setModified(False)
            self.text_used.emit(self._path, text)
            self.accept()

    @Slot(int)
    def _on_choice_changed(self, _index: int) -> None:
        self._show_chosen()

    @Slot()
    def _on_use_clicked(self) -> None:
        name = self.box.currentData()
        if name == EDITED_TEMPLATE:
            self._use_written()
        elif not self._warn_of_loss():
            if name != self._chosen:
                self.template_chosen.emit(self._path, name)
            self.accept()
