"""The audit log: what happened, as evidence that outlives the process. JSON lines, append-only.

Every line is a record of the journal, a freeze frame, or a header; each start appends a header, which says
what mission, models and program the records behind it come from.
"""

FORMAT = 1


class AuditError(ValueError):
    """A file that is no audit log; the text names file and reason."""
