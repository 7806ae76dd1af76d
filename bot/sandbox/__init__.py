"""Emulators of the upstreams, on loopback, for the demo and the tests."""
