"""What an editor session is: open buffers, their configuration, and when each is vetted.  Knows no editor protocol."""
