"""What is remembered: the archive, the feeds' validators, the outbox. Only here is SQL spoken."""
