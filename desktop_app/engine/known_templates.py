"""Chat templates that are known to be good, one a family: for a file whose own is missing, broken or not to be trusted.

Each says nothing but roles and contents. Which family a model is of is told by its special tokens, because the
markers must be tokens of its vocabulary; a few old families have none and are told by their names.
Source: llama.cpp, src/llama-chat.cpp, `llm_chat_apply_template`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from desktop_app.record import Record

PLAIN = "plain"
"""No template: the model goes on with the text. For models that were never taught to chat."""
CHATML = "chatml"


class KnownTemplate(Record):
    """One family. Its name as people write it stands in `engine.parameters`; `ends`: texts that end an answer."""

    name: str
    source: str
    needs: tuple[str, ...] = ()
    """Special tokens that the vocabulary has if the model is of this family."""
    hint: str = ""
    """A pattern that the name of a model of this family fits, where tokens do not tell."""
    ends: tuple[str, ...] = ()


def _turns(system: str, user: str, assistant: str, opening: str, begin: str = "") -> str:
    """Give the Jinja source of turns; "@" is the content. Without `system` it goes into the first question."""

    def shown(layout: str) -> str:
        before, after = (part.replace("\n", "\\n") for part in layout.split("@"))
        return f"{{{{ '{before}' ~ m.content|trim ~ '{after}' }}}}"

    roles = f"{{% if m.role == 'system' %}}{shown(system)}{{% el" if system else "{% "
    opened = opening.replace("\n", "\\n")
    return (
        f"{begin}{{% for m in messages %}}{roles}if m.role == 'user' %}}{shown(user)}"
        f"{{% elif m.role == 'assistant' %}}{shown(assistant)}{{% endif %}}{{% endfor %}}"
        f"{{% if add_generation_prompt %}}{{{{ '{opened}' }}}}{{% endif %}}"
    )


def _same(layout: str, opening: str, begin: str = "") -> str:
    """Give the Jinja source of turns that differ by the name of the role alone, for which "$" stands."""
    system, user, assistant = (layout.replace("$", role) for role in ("system", "user", "assistant"))
    return _turns(system, user, assistant, opening, begin)


_CHATML_SOURCE = (
    "{% for message in messages %}{{ '<|im_start|>' ~ message.role ~ '\n' ~ message.content ~ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_GPT_OSS_SOURCE = (
    "{{ '<|start|>system<|message|>Knowledge cutoff: 2024-06\nCurrent date: ' ~ strftime_now('%Y-%m-%d') ~ '\n\nReasoning: "
    "medium\n\n# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|>' }}"
    + _turns(
        "<|start|>developer<|message|># Instructions\n\n@\n\n<|end|>", "<|start|>user<|message|>@<|end|>",
        "<|start|>assistant<|channel|>final<|message|>@<|end|>", "<|start|>assistant",
    )
)  # fmt: skip

KNOWN: tuple[KnownTemplate, ...] = (
    KnownTemplate("gpt-oss", _GPT_OSS_SOURCE, ("<|start|>", "<|channel|>", "<|message|>")),
    KnownTemplate(
        "gemma-4",
        _turns("<|turn>system\n@<turn|>\n", "<|turn>user\n@<turn|>\n", "<|turn>model\n@<turn|>\n", "<|turn>model\n"),
        ("<|turn>", "<turn|>"),
    ),
    KnownTemplate(
        "gemma",
        _turns("", "<start_of_turn>user\n@<end_of_turn>\n", "<start_of_turn>model\n@<end_of_turn>\n", "<start_of_turn>model\n"),
        ("<start_of_turn>", "<end_of_turn>"), ends=("<end_of_turn>",),
    ),
    KnownTemplate(
        "llama-3",
        _same("<|start_header_id|>$<|end_header_id|>\n\n@<|eot_id|>", "<|start_header_id|>assistant<|end_header_id|>\n\n"),
        ("<|start_header_id|>", "<|eot_id|>"), ends=("<|eot_id|>",),
    ),
    KnownTemplate(
        "llama-4", _same("<|header_start|>$<|header_end|>\n\n@<|eot|>", "<|header_start|>assistant<|header_end|>\n\n"),
        ("<|header_start|>", "<|eot|>"), ends=("<|eot|>",),
    ),
    KnownTemplate(
        "phi-4", _same("<|im_start|>$<|im_sep|>@<|im_end|>", "<|im_start|>assistant<|im_sep|>"),
        ("<|im_start|>", "<|im_sep|>"), ends=("<|im_end|>",),
    ),
    KnownTemplate(CHATML, _CHATML_SOURCE, ("<|im_start|>", "<|im_end|>"), ends=("<|im_end|>",)),
    KnownTemplate(
        "command-r",
        _turns(
            "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>@<|END_OF_TURN_TOKEN|>",
            "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>@<|END_OF_TURN_TOKEN|>",
            "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>@<|END_OF_TURN_TOKEN|>", "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>",
        ),
        ("<|START_OF_TURN_TOKEN|>", "<|CHATBOT_TOKEN|>"),
    ),
    KnownTemplate(
        "deepseek",
        _turns("@\n\n", "<｜User｜>@", "<｜Assistant｜>@<｜end▁of▁sentence｜>", "<｜Assistant｜>"),
        ("<｜User｜>", "<｜Assistant｜>"),
    ),
    KnownTemplate(
        "granite",
        _same("<|start_of_role|>$<|end_of_role|>@<|end_of_text|>\n", "<|start_of_role|>assistant<|end_of_role|>"),
        ("<|start_of_role|>", "<|end_of_role|>"),
    ),
    KnownTemplate(
        "exaone",
        _turns("[|system|]@[|endofturn|]\n", "[|user|]@\n", "[|assistant|]@[|endofturn|]\n", "[|assistant|]"),
        ("[|assistant|]", "[|endofturn|]"),
    ),
    KnownTemplate(
        "glm-4", _same("<|$|>\n@", "<|assistant|>\n", "[gMASK]<sop>"), ("[gMASK]", "<sop>", "<|assistant|>"),
        ends=("<|user|>",),
    ),
    KnownTemplate(
        "phi-3", _same("<|$|>\n@<|end|>\n", "<|assistant|>\n"), ("<|assistant|>", "<|end|>"), ends=("<|end|>",),
    ),
    KnownTemplate(
        "mistral", "{{ bos_token }}" + _turns("", "[INST] @ [/INST]", " @</s>", ""), ("[INST]", "[/INST]"), ends=("[INST]",),
    ),
    KnownTemplate(
        "llama-2", "{{ bos_token }}" + _turns("", "[INST] @ [/INST]", " @</s>", ""), hint=r"llama-?2|mistral|mixtral",
        ends=("[INST]",),
    ),
    KnownTemplate(
        "zephyr", _same("<|$|>\n@</s>\n", "<|assistant|>\n"), hint="zephyr|tinyllama", ends=("<|user|>",),
    ),
    KnownTemplate(
        "vicuna", _turns("@\n\n", "USER: @\n", "ASSISTANT: @</s>\n", "ASSISTANT:"), hint="vicuna|wizardlm", ends=("USER:",),
    ),
    KnownTemplate(
        "alpaca",
        _turns("@\n\n", "### Instruction:\n@\n\n", "### Response:\n@\n\n", "### Response:\n"),
        hint="alpaca|instruct-v0", ends=("### ",),
    ),
    KnownTemplate(
        PLAIN, "{% for m in messages %}{{ m.content }}{% if not loop.last %}{{ '\n\n' }}{% endif %}{% endfor %}",
    ),
)  # fmt: skip

_BY_NAME = {item.name: item for item in KNOWN}

_IS_CHAT = re.compile(
    r"(?<![a-z])(?:instruct|chat|it|assistant|sft|dpo|rlhf|thinking|reasoning|hermes|vicuna|alpaca|zephyr)(?![a-z])"
)
_IS_BASE = re.compile(r"(?<![a-z])(?:base|pt|pretrained?|foundation)(?![a-z])")
_OF_AUTHORS = re.compile(
    r"^(?:meta-?|google-?|mistralai-?|ibm-?|microsoft-?)?"
    r"(?:llama|gemma|qwen|mistral|mixtral|smollm|phi|falcon|olmo|deepseek|yi|gpt|granite|exaone|glm|internlm|baichuan|pythia|opt|bloom|starcoder)"
)
"""Who makes a model names what was taught to chat, and the one without such a word was not."""


def known(name: str) -> KnownTemplate:
    """Give the known template of that name. Raises: KeyError."""
    return _BY_NAME[name]


def family(tokens: Collection[str], names: str) -> KnownTemplate | None:
    """Give the family of a model with these special `tokens` and `names`; None when nothing tells it."""
    held, lowered = frozenset(tokens), names.lower()
    for item in KNOWN:
        if item.needs and held.issuperset(item.needs):
            return item
    return next((item for item in KNOWN if item.hint and re.search(item.hint, lowered)), None)


def is_base(names: str) -> bool:
    """Say whether the names are those of a model that was never taught to chat."""
    lowered = re.sub(r"[\s_./]+", "-", names.lower())
    return bool(_IS_BASE.search(lowered)) or (bool(_OF_AUTHORS.search(lowered)) and not _IS_CHAT.search(lowered))
