"""The pages behind the panel of a server."""
