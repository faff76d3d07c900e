"""From a student's file to marks."""
