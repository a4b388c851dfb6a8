"""What is said: stories composed into a digest, rendered, and posted."""
