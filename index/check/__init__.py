"""Is an index what was written, and does it fit together? And what is to be done if not?"""
