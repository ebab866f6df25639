"""All sessions, by the folder of their transcripts. The finders are not tuned on those of `heldout`."""

from collections.abc import Mapping

from tests.learning.heldout.commands import COMMANDS as UNSEEN_COMMANDS
from tests.learning.heldout.denied import DENIED as UNSEEN_DENIED
from tests.learning.heldout.flags import FLAGS as UNSEEN_FLAGS
from tests.learning.heldout.healthy import HEALTHY as UNSEEN_HEALTHY
from tests.learning.heldout.healthy_words import TALK as UNSEEN_TALK
from tests.learning.heldout.paths import PATHS as UNSEEN_PATHS
from tests.learning.heldout.repeats import REPEATS as UNSEEN_REPEATS
from tests.learning.heldout.words import WORDS as UNSEEN_WORDS
from tests.learning.planted_commands import COMMANDS
from tests.learning.planted_files import FILES
from tests.learning.planted_healthy import HEALTHY
from tests.learning.planted_others import OTHERS
from tests.learning.planted_tools import TOOLS
from tests.learning.planted_well import WELL
from tests.learning.planted_words import WORDS
from tests.learning.session import Session

UNSEEN = (
    *UNSEEN_COMMANDS,
    *UNSEEN_FLAGS,
    *UNSEEN_PATHS,
    *UNSEEN_DENIED,
    *UNSEEN_WORDS,
    *UNSEEN_REPEATS,
    *UNSEEN_HEALTHY,
    *UNSEEN_TALK,
)

SESSIONS: Mapping[str, tuple[Session, ...]] = {
    "corpus": (*COMMANDS, *TOOLS, *FILES, *WORDS, *OTHERS, *HEALTHY, *WELL),
    "heldout": UNSEEN,
}
