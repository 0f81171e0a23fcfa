"""Texts for the measurements of the transcript: made from fixed seeds, nothing downloaded, the same on every machine."""

from __future__ import annotations

import random

from desktop_app.chat.message import GenerationStats, Message, Role

WORDS = [
    "the",
    "model",
    "reads",
    "a",
    "prompt",
    "and",
    "answers",
    "one",
    "token",
    "after",
    "another",
    "while",
    "memory",
    "holds",
    "what",
    "was",
    "read",
    "before",
    "so",
    "that",
    "the",
    "next",
    "turn",
    "costs",
    "little",
    "and",
    "a",
    "long",
    "context",
    "stays",
    "usable",
    "even",
    "on",
    "a",
    "small",
    "machine",
    "with",
    "few",
    "cores",
    "and",
    "slow",
    "disks",
]
CJK = "本地模型在这台电脑上回答问题不需要网络也不会把内容发送到任何地方因此对话始终属于使用者自己"
STATS = GenerationStats("eos", 100, 0, 214, 100.0, 5180.0, 200.0)


def sentence(rng: random.Random, n_words: int) -> str:
    """Give a sentence with some inline markup."""
    words = [rng.choice(WORDS) for _ in range(n_words)]
    for _ in range(n_words // 9):
        at = rng.randrange(n_words)
        words[at] = rng.choice(("**{}**", "*{}*", "`{}`", "[{}](https://example.org/page)")).format(words[at].strip("*`"))
    return " ".join(words).capitalize() + "."


def paragraph(rng: random.Random, n_sentences: int) -> str:
    """Give a paragraph on one line."""
    return " ".join(sentence(rng, rng.randint(6, 16)) for _ in range(n_sentences))


def code_line(rng: random.Random, number: int) -> str:
    """Give a line of Python."""
    name = rng.choice(WORDS)
    return rng.choice((
        f"    {name}_{number} = merge({number}, key='{name}')  # {rng.choice(WORDS)}",
        f"    for {name} in range({number}):",
        f"        return {name} + {number * 7}",
        f'    print("{name}", {number})',
    ))  # fmt: skip


def unit(seed: int = 1) -> str:
    """Give about 3,500 characters with every kind of block."""
    rng = random.Random(seed)
    code = "\n".join(code_line(rng, number) for number in range(14))
    rows = "\n".join(f"| {rng.choice(WORDS)} | {rng.randint(1, 9999)} | {sentence(rng, 4)} |" for _ in range(7))
    chinese = "".join(rng.choice(CJK) for _ in range(160))
    return (
        f"## {sentence(rng, 5)}\n\n{paragraph(rng, 9)}\n\n{paragraph(rng, 8)}\n\n"
        f"- {sentence(rng, 9)}\n- {sentence(rng, 12)}\n  - {sentence(rng, 7)}\n  - {sentence(rng, 8)}\n- {sentence(rng, 6)}\n\n"
        f"```python\ndef work(values):\n{code}\n```\n\n"
        f"| Name | Count | Remark |\n|:--|--:|---|\n{rows}\n\n"
        f"> {paragraph(rng, 2)}\n\n1. {sentence(rng, 8)}\n2. {sentence(rng, 8)}\n\n"
        f"{with_formulas(rng, 3)}\n\n$$\nx_{{n+1}} = \\frac{{a}}{{b}}\n$$\n\n"
        f"- [x] {sentence(rng, 6)}\n- [ ] {sentence(rng, 6)}\n\n"
        f"{chinese}。\n\n---\n\n{paragraph(rng, 8)}\n\n"
    )


def formula(rng: random.Random, number: int) -> str:
    """Give one of the formulas that answers are full of; `number` makes it one that was not there before."""
    a, b = rng.choice("abxyzuv"), rng.choice("nmkij")
    return rng.choice((
        f"{a}_{{{number}}}^2",
        f"\\frac{{{a}}}{{{number}}}",
        f"\\sum_{{{b}=1}}^{{{number}}} {a}_{b}",
        f"\\sqrt{{{a}^2 + {number}}}",
        f"{a} \\le {number} \\cdot \\alpha_{b}",
    ))  # fmt: skip


def with_formulas(rng: random.Random, n_sentences: int, first: int = 0) -> str:
    """Give a paragraph with two formulas in each sentence, half of them in dollars."""
    parts = []
    for number in range(n_sentences):
        one, other = formula(rng, first + 2 * number), formula(rng, first + 2 * number + 1)
        parts.append(f"{sentence(rng, 6)[:-1]} ${one}$ and \\({other}\\) {rng.choice(WORDS)}.")
    return " ".join(parts)


def formulas(n_chars: int, seed: int = 1) -> str:
    """Give text full of formulas, in lines and in lines of their own, none of them twice."""
    rng = random.Random(seed)
    parts: list[str] = []
    n = number = 0
    while n < n_chars:
        own = f"{formula(rng, number + 4)} = \\int_0^{{{number}}} t \\, dt"
        parts.append(f"{with_formulas(rng, 2, number)}\n\n$$\n{own}\n$$\n\n")
        number += 5
        n += len(parts[-1])
    return "".join(parts)[:n_chars]


def stream(n_chars: int = 80_000, seed: int = 1) -> str:
    """Give the unit repeated, so that every window of it holds the same."""
    one = unit(seed)
    return (one * (n_chars // len(one) + 1))[:n_chars]


def adversarial(n_chars: int = 80_000, seed: int = 1) -> dict[str, str]:
    """Give texts that are one single block each."""
    rng = random.Random(seed)
    code = "\n".join(code_line(rng, number % 50) for number in range(40)) + "\n"
    items = "".join(f"- {sentence(rng, 8)}\n" for _ in range(40))
    nested = "".join(f"{k + 1}. {sentence(rng, 7)}\n   1. {sentence(rng, 6)}\n" for k in range(20))
    rows = "".join(f"| {rng.choice(WORDS)} | {k} | {sentence(rng, 4)} |\n" for k in range(40))
    quote = "".join(f"> {sentence(rng, 12)}\n" for _ in range(40))
    chinese = "".join(rng.choice(CJK + "，。") for _ in range(800))
    parts = {
        "fence": ("```python\n", code),
        "list": ("", items),
        "ordered": ("", nested),
        "table": ("| Name | Count | Remark |\n|---|---|---|\n", rows),
        "paragraph": ("", paragraph(rng, 40) + " "),
        "cjk": ("", chinese),
        "quote": ("", quote),
        "thinking": ("<think>\n", paragraph(rng, 20) + "\n\n" + items + "\n"),
    }
    result = {name: (start + part * (n_chars // len(part) + 1))[:n_chars] for name, (start, part) in parts.items()}
    return result | {"formulas": formulas(n_chars, seed)}


def message(number: int, role: Role, text: str) -> Message:
    """Give a finished message."""
    is_answer = role is Role.ASSISTANT
    return Message(
        f"m{number}", "c", None, role, text, 0, model="Starter" if is_answer else "", stats=STATS if is_answer else None
    )


def conversation(n_messages: int, n_last_chars: int = 0, seed: int = 1) -> list[Message]:
    """Give questions and answers of 300 to 6,000 characters; the last answer of `n_last_chars` when that is not 0."""
    rng = random.Random(seed)
    one = unit(seed) * 2
    result = []
    for number in range(n_messages):
        if number % 2 == 0:
            result.append(message(number, Role.USER, sentence(rng, rng.randint(4, 30))))
            continue
        start = one.find("\n\n", rng.randrange(len(one) // 3)) + 2
        text = one[start : start + int(rng.triangular(300, 6000, 1200))]
        if number % 6 == 1:
            text = f"<think>\n{paragraph(rng, rng.randint(3, 30))}\n</think>\n\n{text}"
        result.append(message(number, Role.ASSISTANT, text))
    if n_last_chars and result:
        result[-1] = message(n_messages - 1, Role.ASSISTANT, stream(n_last_chars, seed))
    return result
