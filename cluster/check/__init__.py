"""Is an index on a cluster what newsq has written, and does it fit together?"""
