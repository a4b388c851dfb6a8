"""Measurements: accuracy and speed, beside what others do."""
