"""The upstreams as plain Python: no Discord, no database."""
