"""Hits and stories for other programs: tables, Markdown, reference managers, folders of files."""
