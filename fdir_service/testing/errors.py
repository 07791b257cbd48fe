"""What is wrong with a chain test before it runs."""

from pathlib import Path


class ChainTestError(ValueError):
    """A chain test that cannot be used; `problems` holds one line each, with key and reason."""

    def __init__(self, where: Path | str, problems: list[str]) -> None:
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{where}: {len(problems)} problem(s)\n{lines}")
        self.where = where
        self.problems = problems


class ExpectationError(AssertionError):
    """Something did not happen as expected; `summary` says what, the message shows the timeline as well."""

    def __init__(self, summary: str, timeline: str) -> None:
        super().__init__(f"{summary}\n\n{timeline}")
        self.summary = summary
