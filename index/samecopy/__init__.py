"""Which stories are the same copy, and which are takes of one running story?

``signatures`` gives every story some sixty bytes while it is indexed; ``candidates`` finds
the pairs that may be alike by sorting those; ``alignment`` and ``verify`` read the two texts
of a pair and decide; ``groups`` ties, ``takes`` puts each group in order, ``changes`` shows
what one take has that another has not.
"""
