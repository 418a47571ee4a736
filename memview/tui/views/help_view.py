"""The lines of help: what a pane shows, and keys in columns that hang under themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from memview.tui.actions import (
    BLOCKS,
    COMPARE,
    DEBUGGER,
    FORK_DIFF,
    INSPECTOR,
    LESSON,
    LESSON_END,
    MAP,
    MEMORY,
    PICKER,
    PRESENTER,
    PROMPT,
    QUARANTINE,
    SCOREBOARD,
    WHY,
    Action,
    grouped,
)
from memview.tui.keymap import show_keys
from memview.tui.lines import BLANK, Line, left, wrap

_KEYS = 15
_NAME = 26
_COLUMNS_FROM = 72
_ROWS = ("↑ ↓ pgup pgdn", "Move over the rows", "")


@dataclass(frozen=True, slots=True)
class PaneHelp:
    """What is said about a pane: its title, what it shows, and the ids of the actions that matter in it."""

    title: str
    text: str
    actions: tuple[str, ...] = ()


_ITEMS = ("memory.open", "copy.row", "pane.maximise", "filter.open")
_EVENTS = ("event.back", "event.forward", "filter.open", "filter.next", "filter.previous", "copy.row", "pane.maximise")
_SURFACE = ("blocks.enter", "memory.close", "step.back", "step.forward", "copy.row", "masks.toggle")

PANES: Mapping[str, PaneHelp] = {
    "core": PaneHelp(
        "Core",
        "The memories that stay in the prompt at a fixed place: RAM, if the prompt were a computer. Each row is one "
        "slot with its tokens. ■ pin: never evicted. ▲ new: paged in this turn. ▽ next: the policy would evict it. "
        "Behind the id its trust: ◉ the user, ◎ the model, ⊙ a tool of the agent's own. ◷ valid until, ∅ ended.",
        _ITEMS,
    ),
    "turn": PaneHelp(
        "Turn",
        "What came in, which stores were asked, what was paged in and out and why, which tools ran, what was "
        "answered. Every decision shows the number it looked at beside its threshold.",
        _ITEMS,
    ),
    "prompt": PaneHelp(
        "Prompt", "What the prompt holds at this turn, and how it differs from the turn before.", _ITEMS
    ),
    "sections": PaneHelp(
        "Sections of the prompt",
        "The parts of the prompt in their fixed order, with their tokens, the change against the prompt that it is set "
        "against, and how many entries each has. The bar below is the untouched prefix.",
        ("prompt.against", "prompt.fold", "prompt.search", "memory.close"),
    ),
    "prompt-text": PaneHelp(
        "Prompt as sent",
        "Every entry in the order in which it was sent. = untouched: the other prompt begins with the same up to here, "
        "so a provider's cache holds it. ~ kept: it was there as well, but something before it has changed, so it is "
        "read again. + new. − only in the other prompt. Untrusted texts are sent between fences.",
        ("prompt.against", "prompt.fold", "prompt.search", "prompt.next", "prompt.copy", "memory.open", "memory.close"),
    ),
    "hits": PaneHelp(
        "Archive hits",
        "What retrieval returned for this turn in rank order, and what became of each: ▲ promoted into the core, "
        "● already resident, ◇ fetched for this turn only, ○ missed, ✗ dropped for want of room, ⊘ rejected by the "
        "policy, ⊗ quarantined, ! untrusted.",
        _ITEMS,
    ),
    "timeline": PaneHelp(
        "Timeline",
        "All turns on one line with what happened in them, and under it the event log. ▲ promote, ▼ evict, ○ fault, "
        "✗ loss. Click or drag on the line to travel. On the line, ● is a hit of a breakpoint and ◆ a bookmark. "
        "With several agents a row for each tells at which turns it acts.",
        _EVENTS,
    ),
    "sessions": PaneHelp(
        "Sessions",
        "The sessions opened lately and the samples that come with memview. Beside the list: what the session under "
        "the cursor teaches.",
        ("picker.open", "picker.path", "picker.forget", "filter.open"),
    ),
    "events": PaneHelp(
        "A memory's events",
        "Everything that was ever done to this memory, oldest first, each with the number that decided and its "
        "threshold. The bar above shows where it was at the end of every turn: ● its text in the prompt, ◐ something "
        "in the prompt stood for it, ○ it could be fetched, ✗ it was lost.",
        ("memory.jump", "memory.close", "step.back", "step.forward", "copy.row"),
    ),
    "rows": PaneHelp(
        "Policies by metrics",
        "Every policy replayed on this session under the budgets of the inspector. ★ the best and × the worst of a "
        "column, where there is a better (↑ more, ↓ less) and a worse. ◆ loaded lanes, · shipped policies, ◇ "
        "emulations of shipped systems, ∞ policies that know the future: a yardstick, which is not compared. The glyph "
        "before a name is its mark in the chart of budgets.",
        ("scoreboard.sort", "scoreboard.choose", "scoreboard.draw", "scoreboard.all", "scoreboard.copy"),
    ),
    "chart": PaneHelp(
        "Hit ratio by core budget",
        "How often a memory that a turn needs is resident, for cores from tight to saturated; every point is a replay. "
        "The shaded band is the offline optimum: its lower edge a schedule that was found with the future known, its "
        "upper edge what no policy can exceed. ┊ is the core as it is now. Where the lines are flat a bigger core does "
        "not help; where they are far below the band a better policy would.",
        ("scoreboard.left", "scoreboard.right", "scoreboard.copy"),
    ),
    "working": PaneHelp(
        "Accesses",
        "Above: after how many tokens of other memories a memory is asked for again. What comes back within the core "
        "can hit, what comes back later needs a bigger one, and a first use never hits. Below: the working set, the "
        "tokens that the last turns asked for, against the core.",
        ("scoreboard.left", "scoreboard.right", "scoreboard.choose", "scoreboard.copy"),
    ),
    "asked": PaneHelp(
        "Probes by policy",
        "Each question with known evidence, asked after its turn under every policy. ✓ pass: all evidence was in the "
        "prompt. ◐ covered: a summary in the prompt stood for what was not. ✗ fail. ≠ marks questions that not all "
        "policies answer alike.",
        ("scoreboard.left", "scoreboard.right", "scoreboard.choose", "scoreboard.copy", "masks.toggle"),
    ),
    "entries": PaneHelp(
        "Debugger",
        "Breakpoints: expressions over the event, its memory, the frame and the counts so far, each with its hits in "
        "all events computed. ● on: runs (c, C) and playing stop there. ○ off: they pass. Watches: expressions whose "
        "value stays on screen. ◆ Bookmarks: places with a note. Came from: where jumps began, the last one first. All "
        "of it is kept with the session file.",
        ("breakpoint.set", "watch.add", "entry.toggle", "entry.edit", "entry.remove", "entry.go", "debugger.close"),
    ),
    "map": PaneHelp(
        "Map",
        "Every item that the agent came to know, in order of arrival. A letter on a colour is in the prompt: C core, "
        "W window, R retrieved for this turn, M summary. Outside: • archive, ◦ recall, ◫ shared, ▁ cold (kept where no "
        "search looks), ✗ lost, ⊗ quarantined, · not yet seen. Lit is what this turn moved: ▲ into the prompt, ▼ out "
        "of it, ○ missed (a fault), ✗ lost, + new; ● was used where it was. ↑ ↓ and shift+← → choose an item.",
        (
            "moved.next",
            "map.items",
            "map.other",
            "event.forward",
            "play.toggle",
            "fault.next",
            "loss.next",
            "change.next",
            "memory.open",
            "memory.close",
        ),
    ),
    "page-table": PaneHelp(
        "Page table",
        "The core as an operating system keeps it. slot: the page's frame. P: the present bit. used: the turn of the "
        "last use; uses: references since the page came in; imp: importance; tok: tokens. ▽ next: the policy would "
        "evict it. ■ pin: never evicted. ▲ new in this turn. Below, with present bit 0, pages that were in the core: "
        "▼ the turn in which they left, ○ that of their last fault since. There is no dirty bit: an edit makes a new "
        "version and leaves the page as it is.",
        ("map.sort", "map.other", "memory.open", "copy.row", "memory.close"),
    ),
    "withheld": PaneHelp(
        "Quarantine",
        "What may not enter the prompt at this turn. ⊗ waiting: quarantined or sensitive, until a person approves it. "
        "⊘ refused: a person decided that it stays out. · withheld: superseded, expired or private to another agent at "
        "this turn. Approving and refusing replay the session in a lane beside the recording, which stays as it is.",
        ("memory.approve", "memory.refuse", "memory.open", "memory.close", "step.back", "step.forward", "copy.row"),
    ),
    "differences": PaneHelp(
        "After the fork",
        "Everything that the what-if changes: probes that are answered otherwise, metrics that are not the same, and "
        "every turn that differs. − is what only the recording has, or what the what-if was forked from; + is new in "
        "the what-if. Below, the turn under the cursor in full.",
        ("diff.choose", "diff.close"),
    ),
    "blocks": PaneHelp(
        "Blocks",
        "The blocks of core memory at the end of this turn: what each says record by record, its characters and its "
        "limit, whether the agent may edit it (□) or not (▣), whose it is. + came in this turn, − went in this turn. "
        "What of them is in the prompt is for the policy to say: see the core.",
        _SURFACE,
    ),
    "across": PaneHelp(
        "Across agents",
        "What one agent's write does to another's prompt: + written in this turn, ▲ in the other's prompt for the "
        "first time, ▼ in it no longer, and which memories it took from there.",
        _SURFACE,
    ),
    "calls": PaneHelp(
        "Tool calls",
        "Every tool call of this turn in order. Memory tools are executed again: ✓ ok, ✖ error (a result that the "
        "agent sees). ƒ other tools are shown as recorded. ≠ the recording has another result than our execution, and "
        "in what way. Under a call: the events that followed from it.",
        _SURFACE,
    ),
    "columns": PaneHelp(
        "Compare",
        "The same turn under two to four policies. Residents of the core: ◆ only, no other column holds it; ◇ some, "
        "not every column does; without a mark, all hold it. ▲ new: paged in at this turn. ▽ next: would be evicted "
        "next. ■ pin: never evicted. The metrics below are those after all turns, ★ the best. The arrow ▸ marks the "
        "column that keys go to; event by event goes through its log.",
        (
            "divergence.next",
            "divergence.previous",
            "prompts.toggle",
            "column.next",
            "column.policy",
            "column.add",
            "lane.next",
            "slots.fold",
            "memory.open",
            "compare.close",
        ),
    ),
    "prompts": PaneHelp(
        "Prompts against each other",
        "What the prompts of this turn hold that the other one does not, section by section: ◀ only the first column, "
        "▶ only the other one. Under each the beginning of its text, and what was decided about it in this turn.",
        ("prompts.toggle", "divergence.next", "divergence.previous", "memory.open", "compare.close"),
    ),
    "why": PaneHelp(
        "Why",
        "Why the memory is, or is not, in the prompt of this turn, and what would have kept it there: ✓ keeps it, "
        "◐ has something stand for it, ✗ does not, each found by replaying the session. Enter on a ✓ shows it as a "
        "what-if beside the recording.",
        ("why.try", "memory.close", "step.back", "step.forward", "copy.row", "masks.toggle"),
    ),
}
"""By the id of the widget that shows the pane."""

SCREENS: Mapping[str, PaneHelp] = {
    INSPECTOR: PaneHelp(
        "memview",
        "What the agent had in its context at this turn, what it had not, and which decision made it so.",
        ("step.back", "step.forward", "go.to", "play.toggle", "policy.choose", "filter.open"),
    ),
    LESSON: PaneHelp(
        "Lesson",
        "The inspector on the lesson's session, stop by stop. The box tells what is to be seen and asks; digits "
        "answer, and what was predicted is shown at once. x gives all keys to the inspector, r goes back to the stop.",
        (
            "lesson.next",
            "lesson.back",
            "lesson.choose",
            "lesson.answer",
            "lesson.open",
            "lesson.explore",
            "lesson.return",
            "presenter.toggle",
        ),
    ),
    LESSON_END: PaneHelp(
        "End of the lesson",
        "How each question went: ✓ right, ✗ wrong, · passed over. First answers count.",
        ("lesson_end.next", "lesson_end.back", "lesson_end.leave"),
    ),
    PRESENTER: PaneHelp(
        "Presenter mode",
        "One turn as few things in large type: the turn, the prompt as a bar, the core as boxes, what was decided, "
        "and in a lesson what is told and asked. The keys of a remote control work: page up and down, b or . to "
        "blank the screen, F5 and escape.",
        (
            "presenter.next",
            "presenter.back",
            "presenter.event_next",
            "presenter.event_back",
            "presenter.choose",
            "presenter.answer",
            "presenter.blank",
            "presenter.close",
        ),
    ),
    MEMORY: PANES["events"],
    WHY: PANES["why"],
    COMPARE: PANES["columns"],
    QUARANTINE: PANES["withheld"],
    MAP: PANES["map"],
    DEBUGGER: PANES["entries"],
    FORK_DIFF: PANES["differences"],
    SCOREBOARD: PANES["rows"],
    BLOCKS: PANES["calls"],
    PROMPT: PANES["prompt-text"],
    PICKER: PANES["sessions"],
}
"""By scope: what is said where the focus is on nothing with help of its own."""


def key_lines(actions: Iterable[Action], keys: Mapping[str, str], width: int) -> list[Line]:
    """Every action under its heading. `keys` are those in force, by action id."""
    lines: list[Line] = []
    for heading, members in grouped(actions).items():
        if lines:
            lines.append(BLANK)
        lines.append(((heading, "bold text"),))
        for action in members:
            lines += _entry(keys.get(action.id, show_keys(action.keys)), action.description, action.help, width)
    return lines


def pane_lines(pane: PaneHelp, actions: Iterable[Action], keys: Mapping[str, str], width: int) -> list[Line]:
    """What a pane shows, then the keys that matter in it."""
    lines: list[Line] = [((piece, "text"),) for piece in wrap(pane.text, width)]
    lines += [BLANK, (("Keys here", "bold text"),), *_entry(*_ROWS, width)]
    table = {action.id: action for action in actions}
    for action_id in pane.actions:
        if action_id in table:
            action = table[action_id]
            lines += _entry(keys.get(action_id, show_keys(action.keys)), action.description, action.help, width)
    all_keys = keys.get("help.keys", "?")
    lines += [BLANK, ((f"{all_keys} lists every key of this screen.", "muted"),)]
    return lines


def _entry(keys: str, name: str, explanation: str, width: int) -> list[Line]:
    """Three columns where there is room; else the explanation stands under the name."""
    head = (left(keys, _KEYS - 1) + " ", "accent")
    if width < _COLUMNS_FROM:
        under = wrap(explanation, max(8, width - _KEYS)) if explanation else []
        names = wrap(name, max(8, width - _KEYS))
        return [
            (head, (names[0], "text")),
            *(((" " * _KEYS, "text"), (piece, "text")) for piece in names[1:]),
            *(((" " * _KEYS, "text"), (piece, "muted")) for piece in under),
        ]
    rows = zip_longest(wrap(name, _NAME - 1), wrap(explanation, width - _KEYS - _NAME), fillvalue="")
    return [
        (head if place == 0 else (" " * _KEYS, "text"), (left(called, _NAME), "text"), (piece, "muted"))
        for place, (called, piece) in enumerate(rows)
    ]
