"""Read models of the forecast: the past it learns from, and what it says."""
