"""How long things are kept, and how they are taken away: originals, decisions, the logs of sessions."""
