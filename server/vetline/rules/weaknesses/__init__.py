"""One module per weakness, named after its rule: ``b113_request_without_timeout.py`` holds ``RULE`` for B113."""
