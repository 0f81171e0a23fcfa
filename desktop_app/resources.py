"""Finds the files that belong to the program: icons, themes, translations, the starter model.

A checkout and an installer keep `resources/` beside the package; a wheel carries it inside as
`desktop_app/_resources`, so that nothing lands outside the package in site-packages.
"""

from __future__ import annotations

from pathlib import Path

STARTER_MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
"""SmolLM2-135M-Instruct (Apache-2.0), 98 MB. In no wheel and not in git: `packaging/dev.py` fetches it."""


def resource(*parts: str) -> Path:
    """Give the path of a resource: `resource("icons", "send.svg")`. Whether it exists is not looked at."""
    package = Path(__file__).parent
    inside = package / "_resources"
    root = inside if inside.is_dir() else package.parent / "resources"
    return root.joinpath(*parts)


def starter_model() -> Path | None:
    """Give the starter model, or None where this installation has none."""
    path = resource("models", STARTER_MODEL)
    return path if path.is_file() else None


def licences() -> tuple[Path, ...]:
    """Give the folders with the licences of all parts: beside a frozen program, otherwise in the checkout; () for neither."""
    # In a bundle of macOS `resources` is a link into the folder where they lie.
    around = dict.fromkeys((*resource().parents[:2], resource().resolve().parent))
    folders = (*(folder / "licences" for folder in around), resource().parent / "packaging" / "licences")
    return tuple(folder for folder in folders if folder.is_dir())
