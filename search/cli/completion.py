"""``newsq completion``: what a shell needs to complete newsq."""

from __future__ import annotations

from typing import Annotated

import typer

from search.cli import completing


def completion(
    shell: Annotated[
        str,
        typer.Argument(
            metavar="SHELL",
            help="bash, zsh, fish or powershell.",
            autocompletion=lambda: list(completing.SHELLS),
        ),
    ],
) -> None:
    """Print what teaches a shell to complete commands, options, places and agencies.

    For bash, put it into ~/.local/share/bash-completion/completions/newsq; for zsh, into a
    file _newsq in a folder of $fpath; for fish, into ~/.config/fish/completions/newsq.fish;
    for PowerShell, into your profile.

    Example: newsq completion bash
    """
    typer.echo(completing.script(shell))
