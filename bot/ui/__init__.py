"""Models in, components out: no I/O."""
