"""The workbench: sole owner of an open session's conversation, settings and exchanges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from chat_tui.domain.calls import Call
from chat_tui.domain.conversation import Conversation, Node
from chat_tui.domain.head_history import HeadHistory, HeadStep
from chat_tui.domain.json_values import JsonObject
from chat_tui.domain.message_parts import user_message
from chat_tui.domain.outgoing import outgoing, staying_places
from chat_tui.domain.problems import Problem, ProblemError
from chat_tui.domain.records import head_record, title_record
from chat_tui.domain.reply_nodes import reply_nodes
from chat_tui.domain.settings import SessionSettings, request_body
from chat_tui.engine.knowing import known_of
from chat_tui.engine.refusing import refuse_busy, refuse_unsendable, unknown_provider
from chat_tui.engine.session_log import SessionLog, new_id
from chat_tui.engine.spoken_turns import messages_of

if TYPE_CHECKING:
    from chat_tui.domain.catalogue import Provider
    from chat_tui.domain.events import Step
    from chat_tui.domain.findings import Finding
    from chat_tui.domain.knowledge import Knowledge
    from chat_tui.domain.session import RecordedExchange, Session
    from chat_tui.engine.exchange import Exchange
    from chat_tui.engine.ports import Journal
    from chat_tui.engine.services import Services

Listener: TypeAlias = "Callable[[Exchange, Step], None]"


class Workbench:
    """An open session. Every change is journaled before it takes effect."""

    def __init__(
        self, services: Services, settings: SessionSettings, journal: Journal, session: Session | None = None
    ) -> None:
        self.services = services
        self.settings = settings
        self.sent: SessionSettings | None = session.settings if session is not None else None
        """The settings of the last request; None before the first."""
        self.conversation = session.conversation if session is not None else Conversation()
        self.history = HeadHistory(session.heads if session is not None else None)
        """The positions the head has had; every record that moves the head names the step."""
        self.title = session.title if session is not None else ""
        self.exchanges: dict[str, Exchange | RecordedExchange] = dict(session.exchanges) if session is not None else {}
        self.current: Exchange | None = None
        """The exchange that is running, or the last one that ran in this process."""
        self.notices: tuple[str, ...] = session.notices if session is not None else ()
        self.read_only = session.read_only if session is not None else False
        self._journal = journal
        self._log = SessionLog(journal, services.clock, session)
        self._head_if_empty: str | None = None

    @property
    def path(self) -> str | None:
        """Path of the session file, existing or not; None when the session is not saved."""
        return self._journal.path

    @property
    def save_problem(self) -> str | None:
        """Why the session is not being saved, or None while it is."""
        return self._journal.problem

    @property
    def times(self) -> Mapping[str, int]:
        """Message id to the time it was written, in milliseconds since the epoch."""
        return self._log.times

    @property
    def provider(self) -> Provider:
        """The provider named in the settings.

        Raises:
            ProblemError: The provider is neither in the catalogue nor in the configuration.
        """
        provider = self.services.providers.get(self.settings.provider)
        if provider is None:
            raise ProblemError(unknown_provider(self.settings.provider, self.services.providers))
        return provider

    @property
    def knowledge(self) -> Knowledge:
        """What is known about the selected model."""
        return known_of(self.services, self.settings)

    @property
    def running(self) -> bool:
        """Whether an exchange is in progress."""
        return self.current is not None and not self.current.done

    def change(self, settings: SessionSettings) -> None:
        """Replace the settings. They are written to the file with the next request."""
        self.settings = settings

    def body(self, draft: str = "", parts: Sequence[JsonObject] = ()) -> JsonObject:
        """Return exactly the body that sending ``draft`` and ``parts`` would send; without both, the messages alone."""
        return self._body(self.settings, self._messages(draft, parts))

    def staying(self) -> list[str]:
        """Return the paths of message fields left out because the service rejects them: ``messages[2].reasoning``."""
        first = 1 if self.settings.system else 0
        provider = self.services.providers.get(self.settings.provider)
        return list(staying_places(provider, [node.message for node in self.conversation.path()], first))

    def findings(self, draft: str = "", parts: Sequence[JsonObject] = ()) -> list[Finding]:
        """Return the errors and warnings about the parameters as they would be sent."""
        from chat_tui.domain.checks import check  # not needed for the first paint

        messages = self._messages(draft, parts)
        return check(self.services.catalogue, self.provider, self.settings, messages, self.knowledge)

    def send(
        self, text: str, listener: Listener, *, parts: Sequence[JsonObject] = (), anyway: bool = False
    ) -> Exchange:
        """Add a user message and send the conversation. The message is on disk before the request is sent.

        Args:
            text: The message; may be empty if there are parts.
            listener: Called with every step.
            parts: Further content parts in wire shape: images, audio, files.
            anyway: Send this request even if it breaks a rule.

        Raises:
            ProblemError: Nothing was sent or written: a broken rule, no key, no model, or a reply still running.
        """
        parent = self.parent_of_next()
        node = Node(new_id(), parent, user_message(text, parts))
        return self._start(self.conversation.at(parent).add(node), node.id, listener, new=node, anyway=anyway)

    def again(self, listener: Listener, *, anyway: bool = False, at: str | None = None) -> Exchange:
        """Request another reply to the last message that is not a reply, as a branch beside the first.

        Args:
            listener: Called with every step.
            anyway: As for ``send``.
            at: The message to search upwards from; None: the head.

        Raises:
            ProblemError: As for ``send``; also when there is no such message.
        """
        path = list(self.conversation.at(at or self.conversation.head).path())
        while path and path[-1].message.get("role") == "assistant":
            path.pop()
        if not path:
            raise ProblemError(
                Problem(kind="usage", what="There is nothing to send again", hint="Send a message first.")
            )
        before = self.conversation.head
        exchange = self._start(self.conversation.at(path[-1].id), path[-1].id, listener, anyway=anyway)
        self._head_if_empty = before
        return exchange

    def beside(self, head: str, settings: SessionSettings, listener: Listener) -> Exchange:
        """Request one more reply to a message; selection and settings do not change, and others may be in progress.

        The caller must have checked that these settings may be sent.

        Raises:
            ProblemError: Nothing was sent: the session is read-only, or the provider has no usable endpoint.
        """
        refuse_busy(running=False, read_only=self.read_only)
        messages = self.history_to(settings.provider, head)
        call = Call(self.services.endpoints.endpoint(settings.provider), self._body(settings, messages))
        exchange_id, before = new_id(), self._log.settings or self.settings
        self._log.change_to(settings)
        self._log.request(exchange_id, head, call)
        self._log.change_to(before)
        self._log.sync()
        return self._exchange(
            exchange_id, head=head, settings=settings, call=call, listener=listener, ended=self._keep_beside
        )

    def history_to(self, provider: str, head: str | None) -> list[JsonObject]:
        """Return the messages up to ``head`` for a provider, spoken replies by audio id or as their transcript."""
        return self._sent(self.conversation.at(head), provider)

    def parent_of_next(self) -> str | None:
        """Return the parent of the next message: the head, or its parent if it is a user message that failed."""
        head = self.conversation.head
        if head is None or self.conversation.nodes[head].message.get("role") != "user":
            return head
        failed = any(exchange.head == head for exchange in self.exchanges.values())
        answered = any(node.parent == head for node in self.conversation.nodes.values())
        return self.conversation.nodes[head].parent if failed and not answered else head

    def select(self, node_id: str | None, step: HeadStep = "") -> None:
        """Make another message the head; messages below it stay in the tree."""
        self.conversation = self.conversation.at(node_id)
        self.history.move(node_id, step)
        self._log.append(head_record(node_id, step))

    def put(self, message: JsonObject, parent: str | None, step: HeadStep = "") -> Node:
        """Add a hand-written message of any role below ``parent`` and make it the head.

        Raises:
            ProblemError: A reply is running, or the session is read-only.
        """
        refuse_busy(running=self.running, read_only=self.read_only)
        self._log.title_and_settings(self.settings)
        node = Node(new_id(), parent, message)
        self.conversation = self.conversation.at(parent).add(node)
        self.history.move(node.id, step)
        self._log.message(node, step)
        return node

    def record(self, record: JsonObject) -> None:
        """Append a record that is not part of the conversation, and sync it to disk."""
        self._log.append(record)
        self._log.sync()

    def rename(self, title: str) -> None:
        """Set the session's title."""
        self.title = title
        self._log.append(title_record(title))

    def name_when_kept(self, title: str) -> None:
        """Set the title of a new session, to be written with its first message."""
        self.title = title
        self._log.title_later(title)

    async def close(self) -> None:
        """Stop running exchanges, save what was received and close the file."""
        from chat_tui.domain.session import RecordedExchange

        running = [each for each in self.exchanges.values() if not isinstance(each, RecordedExchange) and not each.done]
        for exchange in running:
            exchange.stop()
        for exchange in running:
            await exchange.wait()
        self._journal.close()

    def _start(
        self, conversation: Conversation, head: str, listener: Listener, *, new: Node | None = None, anyway: bool
    ) -> Exchange:
        messages = self._sent(conversation, self.settings.provider)
        refuse_busy(running=self.running, read_only=self.read_only)
        checked = not anyway and self.services.options.validation == "block"
        refuse_unsendable(self.services.catalogue, self.provider, self.settings, messages, checked=checked)
        body = self._body(self.settings, messages)
        call = Call(self.services.endpoints.endpoint(self.settings.provider), body)
        exchange_id = new_id()
        self._log.sending(exchange_id, head, call, settings=self.settings, new=new)
        self.conversation, self.sent, self._head_if_empty = conversation, self.settings, head
        self.history.move(head)
        self.current = self._exchange(
            exchange_id, head=head, settings=self.settings, call=call, listener=listener, ended=self._keep_reply
        )
        return self.current

    def _exchange(
        self,
        exchange_id: str,
        *,
        head: str,
        settings: SessionSettings,
        call: Call,
        listener: Listener,
        ended: Callable[[Exchange], None],
    ) -> Exchange:
        from chat_tui.engine.exchange import Exchange

        exchange = Exchange(
            exchange_id,
            head=head,
            settings=settings,
            call=call,
            backend=self.services.backend,
            journal=self._journal,
            clock=self.services.clock,
            listener=listener,
            ended=ended,
        )
        self.exchanges[exchange_id] = exchange
        return exchange

    def _keep_reply(self, exchange: Exchange) -> None:
        """Add the choices of a finished exchange to the tree; without choices, restore the head."""
        nodes = self._add_choices(exchange)
        if nodes and (len(nodes) > 1 or nodes[0].choice):
            self.select(nodes[0].id, "joined")
        elif not nodes and self._head_if_empty != self.conversation.head:
            self.select(self._head_if_empty, "joined")

    def _keep_beside(self, exchange: Exchange) -> None:
        """Add the choices of a finished exchange to the tree without changing the selection."""
        head = self.conversation.head
        if self._add_choices(exchange):
            self.select(head, "joined")

    def _add_choices(self, exchange: Exchange) -> list[Node]:
        from chat_tui.engine.learning import learn

        learn(self.services, exchange)
        nodes = reply_nodes(exchange.reply, exchange.id, exchange.head, empty=exchange.reply.outcome == "complete")
        for node in nodes:
            self.conversation = self.conversation.at(exchange.head).add(node)
            if not node.choice:
                self.history.move(node.id, "joined")
            self._log.message(node)
        return nodes

    def _body(self, settings: SessionSettings, messages: Sequence[JsonObject]) -> JsonObject:
        return request_body(settings, outgoing(self.services.providers.get(settings.provider), messages))

    def _messages(self, draft: str, parts: Sequence[JsonObject] = ()) -> list[JsonObject]:
        if not draft and not parts:
            return self._sent(self.conversation, self.settings.provider)
        return [*self.history_to(self.settings.provider, self.parent_of_next()), user_message(draft, parts)]

    def _sent(self, conversation: Conversation, provider: str) -> list[JsonObject]:
        return messages_of(conversation.path(), self.exchanges, provider=provider, now_s=self.services.clock.now_s())
