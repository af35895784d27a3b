"""What becomes of the hub's errors in Airflow: which are tried again, and whose text may be seen?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from airflow.sdk import Context, ExceptionRetryPolicy, RetryAction, RetryDecision, RetryRule

from hub.errors import AgencyUnreachable, HubError, ReadingStopped, RowRejected
from hub.ledger.waiting import LedgerUnavailable

OWNER = "operator"


class PassingFault(Exception):
    """Try again: the machine refused something for the moment."""


class UnforeseenFault(Exception):
    """Stop: an error that nobody foresaw, without its text, which may quote a cell; its place is in the log."""


@contextmanager
def without_values() -> Iterator[None]:
    """Let no error text into Airflow's logs that may hold personal data.

    The hub's own texts are free of it, but for the cell of a rejected row; those of others are not, nor are those
    of the errors behind ours.
    """
    try:
        yield
    except RowRejected as error:
        raise UnforeseenFault(f"a rejected row was not set aside: {error.source} {error.column}") from None
    except HubError as error:
        raise error from None
    except OSError as error:
        raise PassingFault(_class_of(error)).with_traceback(error.__traceback__) from None
    except Exception as error:  # noqa: BLE001  (whatever it is, its text must not get out)
        raise UnforeseenFault(_class_of(error)).with_traceback(error.__traceback__) from None


def _class_of(error: Exception) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


class ByErrorClass(ExceptionRetryPolicy):
    """Retry what may pass, fail at once what repeating cannot help; an agency that names a pause gets it."""

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        if isinstance(exception, AgencyUnreachable) and exception.retry_after is not None:
            return RetryDecision.retry(timedelta(seconds=exception.retry_after), "the agency named the pause")
        return super().evaluate(exception, try_number, max_tries, context)


RETRY_BY_ERROR_CLASS = ByErrorClass(
    rules=[
        # DEFAULT, not RETRY: the pause then doubles with each try, by the task's own figures below.
        RetryRule([AgencyUnreachable, LedgerUnavailable, PassingFault, ReadingStopped], RetryAction.DEFAULT),
        RetryRule(HubError, RetryAction.FAIL, reason="repeating it cannot help: see the message"),
        RetryRule(UnforeseenFault, RetryAction.FAIL, reason="a fault of the hub, not of the agency"),
    ],
)

TASK_DEFAULTS: dict[str, Any] = {
    "owner": OWNER,
    "retries": 4,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=30),
    "retry_policy": RETRY_BY_ERROR_CLASS,
    "execution_timeout": timedelta(minutes=30),
}
