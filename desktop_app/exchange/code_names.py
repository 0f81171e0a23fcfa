"""What a file of code is called: by the language that stands behind the fence, or by the name that a model has put there."""

from __future__ import annotations

import re

from desktop_app.exchange.file_names import file_name

_NAMES = {
    "script.py": "python py python3 py3 pycon", "script.js": "javascript js node mjs", "script.ts": "typescript ts mts",
    "script.sh": "bash sh shell zsh console terminal shell-session",
    "script.ps1": "powershell ps1 pwsh", "script.bat": "batch bat cmd",
    "script.rb": "ruby rb", "script.pl": "perl pl", "script.lua": "lua", "script.php": "php", "script.r": "r",
    "script.jl": "julia jl", "script.fish": "fish", "script.tcl": "tcl", "script.awk": "awk", "script.m": "matlab octave",
    "component.jsx": "jsx", "component.tsx": "tsx", "component.vue": "vue", "component.svelte": "svelte",
    "page.html": "html htm xhtml", "style.css": "css", "style.scss": "scss", "style.less": "less", "drawing.svg": "svg",
    "query.sql": "sql mysql postgresql postgres sqlite plsql tsql", "query.graphql": "graphql gql",
    "data.json": "json jsonc", "data.jsonl": "jsonl ndjson", "data.json5": "json5", "data.yaml": "yaml yml", "data.toml": "toml",
    "data.xml": "xml", "data.csv": "csv", "data.tsv": "tsv", "settings.ini": "ini cfg conf properties",
    "main.c": "c", "main.h": "h", "main.cpp": "cpp c++ cc cxx", "main.hpp": "hpp", "Program.cs": "csharp cs c#",
    "Main.java": "java", "Main.kt": "kotlin kt", "Main.scala": "scala", "main.go": "go golang", "main.rs": "rust rs",
    "main.swift": "swift", "main.dart": "dart", "main.m": "objective-c objectivec objc", "main.zig": "zig", "main.nim": "nim",
    "Main.hs": "haskell hs", "main.ml": "ocaml ml", "Program.fs": "fsharp f#", "main.ex": "elixir ex", "main.erl": "erlang erl",
    "main.clj": "clojure clj", "main.lisp": "lisp common-lisp", "main.el": "elisp emacs-lisp", "main.scm": "scheme",
    "main.f90": "fortran f90", "main.pas": "pascal", "main.asm": "asm nasm assembly", "main.cu": "cuda", "main.glsl": "glsl",
    "main.v": "verilog", "main.vhdl": "vhdl", "main.sol": "solidity", "main.wat": "wat wasm", "main.proto": "proto protobuf",
    "main.tf": "terraform hcl tf", "main.nix": "nix", "Module.vb": "vb vbnet", "macro.vba": "vba",
    "build.gradle": "gradle groovy",
    "Dockerfile": "dockerfile docker", "Makefile": "makefile make", "CMakeLists.txt": "cmake", "nginx.conf": "nginx",
    "text.md": "markdown md", "text.tex": "latex tex", "text.rst": "rst", "text.typ": "typst", "diagram.mmd": "mermaid",
    "diagram.dot": "dot graphviz", "diagram.puml": "plantuml", "changes.diff": "diff", "changes.patch": "patch",
}  # fmt: skip
_BY_LANGUAGE = {language: name for name, languages in _NAMES.items() for language in languages.split()}
_OTHERWISE = "code.txt"
_TITLE = re.compile(r"""(?:title|file|filename|name)\s*=\s*(?:"([^"]{1,200})"|'([^']{1,200})'|(\S{1,200}))""", re.IGNORECASE)
_SUFFIXES = {name.rpartition(".")[2].lower() for name in _NAMES if "." in name} | {"txt"}


def code_file_name(info: str) -> str:
    """Give a name for the file of a code block, `info` being what stands behind its fence. It is only proposed.

    A name that stands there counts as far as its suffix is one that such files have: text from outside must not propose
    a program.
    """
    words = info.split()
    language, _, path = (words[0].strip("{}.") if words else "").partition(":")
    usual = _BY_LANGUAGE.get(language.lower(), _OTHERWISE)
    titled = _TITLE.search(info)
    places = [*filter(None, titled.groups())] if titled is not None else []
    for place in (*places, path, *words[:2]):
        stem, _, suffix = re.split(r"[/\\]", place)[-1].rpartition(".")
        if stem and suffix.lower() in _SUFFIXES:
            return file_name(stem, suffix, set(), usual.partition(".")[0])
    return usual
