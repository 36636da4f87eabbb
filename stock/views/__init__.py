"""Pages of the store room."""
