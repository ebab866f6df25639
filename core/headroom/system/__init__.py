"""What Linux, macOS and Windows do each in their own way: files, locks, processes, sockets, variables.

All else of headroom is written once. A module here decides by `sys.platform` when it is imported, so that type
checkers see each platform's half (`mypy --platform win32`), and tests can load the other half anywhere.
"""
