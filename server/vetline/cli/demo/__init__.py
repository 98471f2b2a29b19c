"""``vetline demo``: a developer's session, replayed against the real server."""
