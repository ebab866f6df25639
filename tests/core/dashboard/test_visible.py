"""What hides in a text, or turns its direction, is named."""

from headroom.dashboard.board import Board
from headroom.dashboard.view import live
from headroom.dashboard.visible import visible
from headroom.session_log.events import Start
from tests.core.dashboard.logs import T0, session


def test_nothing_hides() -> None:
    assert visible("a\x1b[0m\u202eb\x00\r\n\tc\ud800\u200b\rd") == "a‹ESC›[0m‹202E›b‹NUL›\n\tc?‹200B›‹CR›\nd"


def test_so_are_the_names_of_folders() -> None:
    board = Board()
    for event in session():
        board.add("s1", event._replace(cwd="/p/\u202egpj.evil\x1b[2J") if isinstance(event, Start) else event)
    (talk,) = live(board, "day", T0 + 60)["conversations"]
    assert talk["project"] == "/p/‹202E›gpj.evil‹ESC›[2J"
