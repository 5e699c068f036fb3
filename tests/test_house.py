"""The house keeps its own rules."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("index", "search", "serve", "cluster")
MODULES = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))
LONGEST = 400


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.add(node.module or "")
    return names


def test_index_never_imports_search() -> None:
    for path in (ROOT / "index").rglob("*.py"):
        assert not {n for n in imports(path) if n.split(".")[0] == "search"}, path


def test_only_two_commands_know_the_server() -> None:
    knowing = {ROOT / "search" / "cli" / f"{name}.py" for name in ("serve", "mcp")}
    for path in (ROOT / "search").rglob("*.py"):
        if path not in knowing:
            assert not {n for n in imports(path) if n.split(".")[0] == "serve"}, path


def test_the_cluster_is_known_only_where_it_is_chosen() -> None:
    for room in ("index", "search"):
        for path in (ROOT / room).rglob("*.py"):
            assert not {n for n in _at_import(path) if n.split(".")[0] == "cluster"}, path


def test_no_import_runs_in_a_circle() -> None:
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in MODULES}
    graph = {name: {n for n in _at_import(path) if n in names} for name, path in names.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for other in graph[name]:
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def _at_import(path: Path) -> set[str]:
    """What a module imports when it is imported itself, not later and not for types."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{a.name}" for a in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_are_short_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert ast.get_docstring(ast.parse(text))


def test_search_needs_no_whoosh_but_to_speak_its_trees() -> None:
    for path in (ROOT / "search").rglob("*.py"):
        if path != ROOT / "search" / "whooshtree.py":
            assert not {n for n in imports(path) if n.split(".")[0] == "whoosh"}, path


def test_every_path_that_the_architecture_names_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(
        re.findall(
            r"`((?:index|search|serve|cluster|tests|scripts|docs|shim|benchmarks|sample_corpus)/[\w./-]*)`",
            text,
        )
    )
    assert len(named) > 20
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_architecture_names_every_module() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for path in MODULES:
        relative = path.relative_to(ROOT)
        folder = f"`{relative.parent}/`"
        assert f"`{relative}`" in text or folder in text or path.stem.startswith("__"), relative


def test_links_lead_somewhere() -> None:
    for document in (*ROOT.glob("*.md"), ROOT / "sample_corpus" / "README.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_repository_speaks_of_the_project_alone() -> None:
    unwanted = re.compile(r"/work/|/root/|\bpypi\.org\b|files\.pythonhosted|/home/\w")
    paths = [p for p in ROOT.rglob("*") if p.suffix in {".py", ".md", ".toml", ".json", ".svg"}]
    for path in paths:
        if any(part.startswith(".") for part in path.relative_to(ROOT).parts):
            continue
        if path == Path(__file__):
            continue
        assert not unwanted.search(path.read_text("utf-8")), path
