"""Shell integration: what a shell evaluates to have headroom in it."""
