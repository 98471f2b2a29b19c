"""The output formats of ``vetline check``: each module's ``render`` makes a text of a report."""
