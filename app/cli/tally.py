"""How many connections each serving process has, where all of them can read it."""

import fcntl
import mmap
from pathlib import Path
from typing import Final

_PROCESSES: Final = 512
_BYTES: Final = 4


class Tally:
    """A file with a number for each process, which only that process writes.

    The number is one more than its connections; 0 is no process. A process that is killed
    leaves its number behind, until the one that replaces it takes the same place.
    """

    def __init__(self, folder: Path) -> None:
        # The kernel keeps the place for as long as this file is open.
        self._file = (folder / "connections").open("ab+")
        self._file.truncate(_PROCESSES * _BYTES)
        self._numbers = memoryview(mmap.mmap(self._file.fileno(), 0)).cast("I")
        self._place = next(place for place in range(_PROCESSES) if self._is_free(place))

    def tell(self, connections: int) -> None:
        """Say how many this process has."""
        self._numbers[self._place] = connections + 1

    def fewest(self) -> int:
        """Return the fewest that any process has."""
        return min(filter(None, self._numbers), default=1) - 1

    def leave(self) -> None:
        """Say that this process takes none any more."""
        self._numbers[self._place] = 0
        self._file.close()

    def _is_free(self, place: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError:
            return False
        return True
