"""Headroom as a service of the user: LaunchAgent and systemd unit."""
