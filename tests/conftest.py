"""What holds for all tests."""

import os

from hypothesis import settings

# A busy machine is no failure. In CI, Hypothesis has a profile of its own, in which nothing is random either.
settings.register_profile("any machine", deadline=None)
if "CI" not in os.environ:
    settings.load_profile("any machine")
