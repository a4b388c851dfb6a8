"""What is remembered: feeds, articles, what was decided of them, and what was posted."""
