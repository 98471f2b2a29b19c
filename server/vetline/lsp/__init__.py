"""The Language Server Protocol: features in, protocol types out.  The only place that knows pygls and lsprotocol."""
