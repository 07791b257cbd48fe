"""Expected errors of training and export."""


class TrainingDataError(ValueError):
    """Data that cannot be trained on as asked; the text names the file, or the numbers, and the reason."""


class DifferenceError(AssertionError):
    """A file whose outputs are not those of the float64 reference; the text has the numbers."""
