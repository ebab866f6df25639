"""All sessions, by the folder of their transcripts. The finders are not tuned on those of `heldout`."""

from collections.abc import Mapping

from tests.learning.heldout.commands import COMMANDS as UNSEEN_COMMANDS
from tests.learning.heldout.healthy import HEALTHY as UNSEEN_HEALTHY
from tests.learning.heldout.planted import PLANTED as UNSEEN
from tests.learning.planted_commands import COMMANDS
from tests.learning.planted_files import FILES
from tests.learning.planted_healthy import HEALTHY
from tests.learning.planted_words import WORDS
from tests.learning.session import Session

SESSIONS: Mapping[str, tuple[Session, ...]] = {
    "corpus": (*COMMANDS, *FILES, *WORDS, *HEALTHY),
    "heldout": (*UNSEEN_COMMANDS, *UNSEEN, *UNSEEN_HEALTHY),
}
