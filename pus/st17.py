"""ST[17] test: the are-you-alive check (ECSS-E-ST-70-41C clause 6.17)."""

from collections.abc import Mapping

from pus.codec import Reader
from pus.packets import Report
from pus.service import Execution, Operation

SERVICE = 17


class Test:
    """Answers TC[17,1] with TM[17,2]."""

    number = SERVICE

    def __init__(self) -> None:
        self.operations: Mapping[int, Operation] = {1: self.are_you_alive}

    def are_you_alive(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[17,1] perform an are-you-alive connection test."""
        reader.end()
        return Execution(reports=(Report(SERVICE, 2, b""),))
