"""Sections of ours in the files that agents read when a session begins: put in, remembered, taken out again."""
