"""Sales files of other tills: reading them, and playing a day of one again."""
