"""A compaction on a plain list of chat messages: what a policy would do with the window of some other agent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from memview.kernel.window import CompactionOutcome, FactChange, WindowMessage, WindowView
from memview.model.display import printable
from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.policies.registry import create_compaction
from memview.tokens import load_counter

Message = Mapping[str, object]
MOST_TOKENS = 10**12


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a policy did with a list of messages.

    `evicted` and `kept` are the messages given, in order; together they are all of them. A message whose text was cut
    or cleared stands in `kept` as a copy with the new `content` and `tokens`. `triggered` says whether the window
    changed; `reason` why, or why it could not, and is empty when no trigger fired. `warning` is an alert that a policy
    sent. `summary` is the text that now stands for the messages whose ids are in `summary_sources`; None when there is
    none. `destination` is where evicted messages went, or would go: `recall`, or `nowhere`.
    """

    evicted: list[Message]
    kept: list[Message]
    triggered: bool
    summary: str | None = None
    summary_sources: tuple[object, ...] = ()
    facts: tuple[FactChange, ...] = ()
    reason: str = ""
    warning: str = ""
    destination: str = "recall"


def compact_messages(spec: PolicySpec, messages: Sequence[Message], window: int) -> Compacted:
    """What `spec` would do with `messages`, the first being the system prompt, in a window of `window` tokens.

    Raises PolicyError for messages that are none, and for a window that cannot hold the system prompt.
    """
    view = _view(messages, window, f"{spec.label}: compact")
    compaction = create_compaction(spec)
    outcomes = [] if compaction is None else compaction.compact(view)
    done = [outcome for outcome in outcomes if not outcome.is_warning]
    evicted = {index for outcome in done for index in outcome.evicted if index > 0}
    replaced = dict(pair for outcome in done for pair in outcome.replaced if pair[0] > 0)
    summary = next((outcome.summary for outcome in reversed(done) if outcome.summary is not None), None)
    return Compacted(
        [message for index, message in enumerate(messages) if index in evicted],
        [
            _shortened(message, view.messages[index], replaced[index]) if index in replaced else message
            for index, message in enumerate(messages)
            if index not in evicted
        ],
        bool(evicted or replaced),
        None if summary is None else summary.text,
        () if summary is None else tuple(_id(messages, source) for source in summary.sources),
        tuple(change for outcome in done for change in outcome.facts),
        _reasons([outcome for outcome in done if outcome.evicted or outcome.replaced or not outcome.facts]),
        _reasons([outcome for outcome in outcomes if outcome.is_warning]),
        next((outcome.destination for outcome in reversed(done) if outcome.evicted), _destination_of(spec)),
    )


def _destination_of(spec: PolicySpec) -> str:
    settings = {} if spec.compaction is None else spec.compaction.settings
    return str(settings.get("destination", "recall"))


def _reasons(outcomes: Iterable[CompactionOutcome]) -> str:
    return "; ".join(outcome.reason.format(value=outcome.value, threshold=outcome.threshold) for outcome in outcomes)


def _id(messages: Sequence[Message], index: int) -> object:
    return messages[index].get("id", index)


def _shortened(message: Message, seen: WindowMessage, text: str) -> Message:
    tokens = min(seen.tokens, load_counter("estimate").count(text))
    return {**message, "content": text, "tokens": tokens}


def _view(messages: Sequence[Message], window: int, where: str) -> WindowView:
    if type(window) is not int or window <= 0:
        raise PolicyError(f"{where}: window: expected tokens, a whole number above 0, found {_shown(window)}")
    if not isinstance(messages, Sequence) or isinstance(messages, str | bytes):
        raise PolicyError(f"{where}: messages: expected a list of messages, found {_shown(messages)}")
    if not messages:
        raise PolicyError(f"{where}: messages: there are none; the first has to be the system prompt")
    read = tuple(_read(index, message, f"{where}: messages[{index}]") for index, message in enumerate(messages))
    if read[0].role not in ("system", "developer"):
        raise PolicyError(f"{where}: messages[0].role: expected system, found {_shown(read[0].role)}")
    if read[0].tokens > window:
        raise PolicyError(
            f"{where}: window: {window} tokens cannot hold the system prompt of {read[0].tokens}; give a larger one"
        )
    return WindowView(read, window)


def _read(index: int, message: object, where: str) -> WindowMessage:
    if not isinstance(message, Mapping):
        raise PolicyError(f"{where}: expected a mapping with role and content, found {_shown(message)}")
    role = message.get("role")
    if not isinstance(role, str) or not role:
        raise PolicyError(f"{where}.role: expected user, assistant, tool or system, found {_shown(role)}")
    text = _text(message.get("content"), f"{where}.content")
    tokens = message.get("tokens")
    if tokens is None:
        tokens = load_counter("estimate").count(text)
    if type(tokens) is not int or not 0 <= tokens <= MOST_TOKENS:
        raise PolicyError(f"{where}.tokens: expected a whole number from 0 to 10**12, found {_shown(tokens)}")
    return WindowMessage(index, role, tokens, text, bool(message.get("tool_calls")))


def _text(content: object, where: str) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence) or isinstance(content, bytes):
        raise PolicyError(f"{where}: expected text, a list of parts or null, found {_shown(content)}")
    texts = [part.get("text") if isinstance(part, Mapping) else part for part in content]
    return "\n".join(text for text in texts if isinstance(text, str))


def _shown(value: object) -> str:
    if value is None or isinstance(value, str | bool | float):
        return printable(repr(value)[:60])
    if type(value) is int:
        return str(value) if abs(value) <= MOST_TOKENS else "a number beyond all windows"
    return f"a {type(value).__name__}"
