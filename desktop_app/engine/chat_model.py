"""A loaded model with its chat template: what a conversation is given to, and how what it writes is read."""

from __future__ import annotations

from desktop_app.engine.chat_template import SpecialTexts
from desktop_app.engine.context import vocabulary_key
from desktop_app.engine.drafts import new_payoff
from desktop_app.engine.llama.draft_model import DraftModel
from desktop_app.engine.llama.model import Model
from desktop_app.engine.prompt_tokens import Prompt, PromptTokenizer
from desktop_app.engine.protocol import ModelInfo
from desktop_app.engine.reasoning import CONTROL, ReasoningText, can_reason, markers_for
from desktop_app.engine.recommendation import recommended_sampling
from desktop_app.engine.template_doctor import OWN, choose


class ChatModel:
    """A model that can be talked to. `close` frees it."""

    def __init__(self, model: Model, template: str = "") -> None:
        """`template`: the person's choice, as in `template_doctor.choose`."""
        self.model = model
        self.recommended = recommended_sampling(model.metadata)
        self.payoff = new_payoff()
        self.draft_model: DraftModel | None = None
        """A small model that guesses for this one."""
        vocabulary = model.vocabulary
        tokens = [token.text for token in vocabulary.special]
        texts = SpecialTexts(vocabulary.text(vocabulary.bos), vocabulary.text(vocabulary.eos), vocabulary.adds_bos)
        names = f"{model.name} {model.metadata('general.finetune')} {model.path.stem}"
        self._choice = choose(model.chat_template, texts, tokens, names, template)
        self.template = self._choice.template
        self.extra_stop = self._choice.ends
        """Texts that end an answer because the vocabulary has no token for it."""
        self._markers = markers_for(self.template.source, tokens)
        self._can_reason = can_reason(self.template.source, tokens)
        is_own = self._choice.name == OWN
        self.tokenizer = PromptTokenizer(
            vocabulary, self.template, self._markers, self._choice.known_words if is_own and template != OWN else None
        )
        spelled = "".join((*self._markers.opening, *self._markers.closing, *self._markers.around, *self._markers.behind))
        # Not what is only a line end or a bracket: texts that stop an answer are looked for in what the pieces spell.
        marking = (token for token in vocabulary.special if len(token.text.strip()) >= 3 and token.text in spelled)
        self._marks = {token.id: token.text for token in marking}
        self._pieces = {token: f"{CONTROL}{text}".encode() for token, text in self._marks.items()}
        self.thinking_end_tokens: list[int] = self.tokenizer.template_tokens(self._markers.lead) if self._can_reason else []
        """What takes the model from its reasoning to the answer; none when it does not reason."""

    def piece(self, token: int) -> bytes:
        """Give the bytes that `token` writes; one that marks the reasoning spells itself, behind CONTROL."""
        return self._pieces.get(token) or self.model.vocabulary.piece(token)

    def reasoning_stream(self, prompt: Prompt) -> ReasoningText:
        """Give what turns the pieces of the answer to `prompt` into the text that a conversation holds."""
        is_begun = bool(prompt.begun.strip()) and not prompt.is_thinking
        return ReasoningText(self._markers, self._marks.values(), is_thinking=prompt.is_thinking, is_begun=is_begun)

    def info(self) -> ModelInfo:
        """Give what the window is told about the model."""
        model = self.model
        return ModelInfo(
            path=str(model.path),
            name=model.name,
            description=model.description,
            n_params=model.n_params,
            size_bytes=model.size_bytes,
            n_ctx=model.n_ctx,
            n_ctx_train=model.n_ctx_train,
            n_layers=model.n_layers,
            n_gpu_layers=model.n_gpu_layers,
            device=model.device,
            n_threads=model.n_threads,
            n_slots=len(model.sequences),
            has_chat_template=self._choice.name == OWN,
            template_problem=self._choice.problem,
            template_fault=self._choice.fault,
            template=self._choice.name,
            template_source=self.template.source,
            can_reason=self._can_reason,
            vocabulary=vocabulary_key(model),
            recommended=self.recommended,
        )

    def use_threads(self, n_threads: int) -> None:
        """Compute with so many threads from now on."""
        self.model.use_threads(n_threads)
        if self.draft_model is not None:
            self.draft_model.use_threads(n_threads)

    def close(self) -> None:
        """Free the model."""
        if self.draft_model is not None:
            self.draft_model.close()
        self.model.close()
