"""``python -m search``: the command line from a bare checkout."""

from search.cli import app

if __name__ == "__main__":
    app(prog_name="newsq")
