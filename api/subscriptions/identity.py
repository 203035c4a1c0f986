"""Who subscribes, asked again while the subscription lasts: a token may be revoked, or expire."""

from collections.abc import Callable

from starlette.requests import HTTPConnection

from api.auth.clients import client_of
from api.auth.refusals import Reason, SignInRefused, SignInUnavailable
from api.auth.sign_ins import SignIns
from engine.context import Operation
from schema.build import make_operation
from store.viewers import ANONYMOUS, Role, Sight, Viewer


class Identity:
    """The viewer behind a connection, and the credential that says so; None for nobody's."""

    def __init__(
        self,
        connection: HTTPConnection,
        credential: str | None = None,
        viewer: Viewer = ANONYMOUS,
    ) -> None:
        self.credential = credential
        self.viewer = viewer
        self._connection = connection

    async def check(self) -> None:
        """Looks whether the credential is still good, as for a request: that is remembered for a
        few seconds. Raises SignInRefused.
        """
        if self.credential is None:
            return
        sign_ins: SignIns = self._connection.state.sign_ins
        try:
            found = await sign_ins.find_viewer(self.credential, client_of(self._connection.scope))
        except SignInUnavailable:
            # Without MongoDB there is nothing to tell either; the provider's absence is no refusal.
            return
        if found != self.viewer:
            message = "the viewer has another role by now; connect again"
            raise SignInRefused(Reason.CLAIMS, message, found.name)

    def make_event_operation(self) -> Callable[[], Operation]:
        """What makes the context in which events are answered: of nobody by name who sees the same,
        so that all who do can share the answers.
        """
        reader, clock = self._connection.state.reader, self._connection.state.clock
        role = Role.PROPOSER if self.viewer.sight is Sight.ALL else Role.READER
        return lambda: make_operation(reader, clock.now(), Viewer(role=role))
