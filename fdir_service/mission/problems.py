"""Problems of a mission, gathered while it is compiled."""


class Problems:
    """A list of lines, each with key and reason."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, key: str, reason: str) -> None:
        """Note a problem."""
        self.lines.append(f"{key}: {reason}")

    def __bool__(self) -> bool:
        return bool(self.lines)
