"""A consumer that is twice too slow: what is lost is counted to the last sample."""

from contextlib import ExitStack

import zmq

from fdir_service.account import Account
from fdir_service.bench import reference
from fdir_service.bench.consumers import ATTEMPTS, SilenceError
from fdir_service.bench.publisher import SOURCE, Publisher, publisher
from fdir_service.bench.rounds import DisagreementError, Fact, Row
from fdir_service.sources.live import DRAIN, SampleSocket
from fdir_service.stream import Stream

SIZE = 16
"""Samples in a message."""
LIMIT = 1_000
"""Messages that the publisher queues, ZeroMQ's default; beyond it they are dropped."""
MESSAGES, QUICK = 60_000, 1_000
_WAIT_MS = 100


class Slow:
    """The stream behind a socket; it takes only as much as it is told to."""

    def __init__(self, socket: SampleSocket, published: Publisher) -> None:
        self._socket = socket
        self._publisher = published
        self._stream = Stream(reference.mission())
        self.account: Account = self._stream.accounts[SOURCE]

    def take(self) -> int:
        """Take what is queued, as the daemon does in one round; return how many messages there were."""
        messages = self._socket.receive(_WAIT_MS)
        self._stream.take(messages)
        return len(messages)

    def settle(self) -> int:
        """Take all that is left, until a heartbeat has told of the end; return the samples published."""
        published = self._publisher.heartbeat()
        for _ in range(ATTEMPTS):
            while self.take():
                pass
            if self.account.next_sequence == published and self.account.session >= 0:
                return published
            self._publisher.heartbeat()
        raise SilenceError(f"{self.account.next_sequence} of {published} samples are accounted for")


def balance(messages: int) -> Account:
    """Publish messages, twice as many as are taken meanwhile; return the account in the end."""
    with ExitStack() as stack:
        published = stack.enter_context(publisher(SIZE, LIMIT))
        context: zmq.Context[zmq.Socket[bytes]] = stack.enter_context(zmq.Context())
        socket = SampleSocket(context, published.address, [SOURCE])
        stack.callback(socket.close)
        slow = Slow(socket, published)
        slow.settle()
        for _ in range(0, messages, 2 * DRAIN):
            published.prepare(2 * DRAIN * SIZE)
            published.send()
            slow.take()
            published.sent()
        if slow.settle() != slow.account.published:
            raise DisagreementError(f"{slow.account.published} samples published, by the account")
        return slow.account


def _prepare(quick: bool) -> Fact:
    account = balance(QUICK if quick else MESSAGES)
    lost_some = quick or account.lost > 0
    return Fact(lost_some and account.balances and not account.rejected)


ROWS = (
    Row(
        "lost_plus_received_equals_published",
        "whether each sample is received or counted as lost, at its end too, if the consumer is 2x too slow",
        must=True,
        aim=True,
        prepare=_prepare,
    ),
)
