"""What can go wrong, sorted by what happens next: stop, set aside, or try again."""


class HubError(Exception):
    """Root of every error that the hub raises on purpose."""


class ConfigurationFault(HubError):
    """Stop: a mapping, rule, calendar or connection is wrong; retrying cannot help.

    The message names the file and, where there is one, the line.
    """


class ParcelRefused(HubError):
    """Set aside: a whole file cannot be read; the others go on.

    `reason` is one of the contract's words (`unreadable_file`, `hash_mismatch`, `unknown_column`,
    `archive_bomb`), `column` the header at fault where there is one.
    """

    def __init__(self, path: str, reason: str, detail: str = "", column: str = "") -> None:
        super().__init__(f"{path}: {reason}" + (f" ({detail})" if detail else ""))
        self.path = path
        self.reason = reason
        self.detail = detail
        self.column = column


class RowRejected(HubError):
    """Set aside: one row cannot be read; the rest of its file goes on.

    `reason` is `impossible_date`, `missing_required` or `unknown_category`; `column` is the header
    as it stands in the file; `value` the offending cell. The message carries no personal data
    beyond that cell, and callers that log it must mask it.
    """

    def __init__(self, source: str, column: str, reason: str, detail: str, value: object) -> None:
        # Of an empty cell there is nothing to show; a day or a number is shown as its text, and text within quotes.
        empty = value is None or (isinstance(value, str) and not value.strip())
        got = repr(value) if isinstance(value, str) else str(value)
        super().__init__(f"{source} {column}: {detail}" + ("" if empty else f" (got {got})"))
        self.source = source
        self.column = column
        self.reason = reason
        self.detail = detail
        self.value = value


class UnreadableValue(HubError):
    """One cell does not read as what its column holds; the row reader turns it into `RowRejected`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class AgencyUnreachable(HubError):
    """Try again: the agency's server did not answer, timed out, or asked to come back later.

    `retry_after` is the pause in seconds that the other side asked for, where it did.
    """

    def __init__(self, agency: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(f"{agency}: {detail}")
        self.agency = agency
        self.detail = detail
        self.retry_after = retry_after


class DeliveryRefused(HubError):
    """Set aside: the receiver said no to one delivery; sending the same again cannot help."""

    def __init__(self, agency: str, detail: str) -> None:
        super().__init__(f"{agency}: {detail}")
        self.agency = agency
        self.detail = detail


class NameTaken(DeliveryRefused):
    """Try again under another name: something else stands under that of one delivery, or was answered under it."""


class EvidenceBroken(HubError):
    """Stop: the evidence chain does not verify or cannot be extended; nothing may be pushed."""


class ReadingStopped(HubError):
    """The process that read a large file ended before the file did: nothing of it is kept, and it is read again."""
