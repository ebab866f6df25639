"""What went wrong in earlier sessions, and the rules that follow from it."""
