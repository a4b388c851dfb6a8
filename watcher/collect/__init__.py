"""What was published: feeds fetched, parsed into articles."""
