"""Cards and pictures of Pixela."""
