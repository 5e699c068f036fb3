"""``python -m newsq``: the command line under the project's own name."""

from search.cli import app

if __name__ == "__main__":
    app()
