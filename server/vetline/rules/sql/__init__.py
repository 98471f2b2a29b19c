"""What fixes of SQL need to know: where in a statement a value can stand, and how each driver takes parameters."""
