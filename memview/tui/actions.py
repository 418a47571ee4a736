"""The one table of what a person can do: it feeds key bindings, footer, help, command palette and the user's key map.

Nothing here imports Textual, so that `memview --help` and the settings can read the table for free.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

APP = "app"
PICKER = "picker"
INSPECTOR = "inspector"
MEMORY = "memory"
QUARANTINE = "quarantine"
FORK_DIFF = "fork-diff"
COMPARE = "compare"
BLOCKS = "blocks"
SCOREBOARD = "scoreboard"
DEBUGGER = "debugger"
PROMPT = "prompt"
MAP = "map"
WHY = "why"
LESSON = "lesson"
LESSON_END = "lesson-end"
PRESENTER = "presenter"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    `keys` are Textual key names; `description` is a few words for lists; `footer` the label under the screen ("" keeps
    it out, and neighbours with one label share it: `← → step`); `group` the heading in help; `help` one whole sentence.
    `scopes` are the screens it works on ("app": all). `method` is the Textual action that does it.
    """

    id: str
    keys: tuple[str, ...]
    description: str
    footer: str
    group: str
    help: str
    scopes: tuple[str, ...] = (INSPECTOR,)
    textual_method: str = ""

    @property
    def method(self) -> str:
        """`step.forward` is done by `action_step_forward`, unless Textual has its own name for it."""
        return self.textual_method or self.id.replace(".", "_")

    def works_on(self, scope: str) -> bool:
        return APP in self.scopes or scope in self.scopes


_TRAVEL = "Time travel"
_PLAY = "Play"
_POLICY = "Policy"
_FIND = "Find"
_PANES = "Panes"
_MEMORIES = "Memories"
_FILES = "Sessions"
_PROGRAM = "Program"
_STEPPED = (INSPECTOR, MEMORY, QUARANTINE, COMPARE, BLOCKS, WHY, PROMPT, MAP)
_DECISIONS = "Decisions"
_PROMPT_SCREEN = "The prompt"
_MAP = "The map"
_TRAVELLED = (INSPECTOR, COMPARE, MAP)
_RUN = (INSPECTOR, MAP)
_COMPARISON = "Compare"
_SCORES = "Scoreboard"
_DEBUG = "Debugger"
_LESSONS = "Lesson"
_ROOM = "Presenter mode"

ACTIONS: tuple[Action, ...] = (
    Action("step.back", ("left",), "Step back one turn", "step", _TRAVEL,
           "Shows the turn before this one.", _STEPPED),
    Action("step.forward", ("right",), "Step forward one turn", "step", _TRAVEL,
           "Shows the next turn: what moved, and why.", _STEPPED),
    Action("event.back", ("comma",), "Step back one event", "", _TRAVEL,
           "Undoes one paging event of the log.", _TRAVELLED),
    Action("event.forward", ("full_stop",), "Step forward one event", "", _TRAVEL,
           "Applies one paging event of the log.", _TRAVELLED),
    Action("go.first", ("home",), "Go to the start", "", _TRAVEL,
           "Shows the state after loading, before the first turn.", _TRAVELLED),
    Action("go.last", ("end",), "Go to the last turn", "", _TRAVEL,
           "Shows the last turn, or how far the replay has been computed.", _TRAVELLED),
    Action("go.to", ("g",), "Go to a turn or event", "go to", _TRAVEL,
           "Asks for a turn (12, t-0012), an event (7.3, #451), a step (+5, -5) or `end`.", _TRAVELLED),
    Action("play.toggle", ("space",), "Play or pause", "play", _PLAY,
           "Steps forward by itself until the end, or stops doing so.", _TRAVELLED),
    Action("play.faster", ("plus", "equals_sign"), "Play faster", "", _PLAY,
           "Doubles the speed.", _TRAVELLED),
    Action("play.slower", ("minus",), "Play slower", "", _PLAY,
           "Halves the speed.", _TRAVELLED),
    Action("policy.choose", ("p",), "Choose a policy", "policy", _POLICY,
           "Replays the session under another policy and stays on this turn."),
    Action("policy.next", ("right_square_bracket", "tab"), "Next loaded policy", "", _POLICY,
           "Shows the same turn under the next loaded policy."),
    Action("policy.previous", ("left_square_bracket", "shift+tab"), "Previous loaded policy", "", _POLICY,
           "Shows the same turn under the previous loaded policy."),
    Action("budget.change", ("B",), "Change the budgets", "", _POLICY,
           "Replays the session with another core, window or retrieval budget."),
    Action("compare.open", ("m",), "Compare policies", "compare", _COMPARISON,
           "Shows the loaded policies side by side on one cursor; with one of them, asks for the second."),
    Action("divergence.next", ("n",), "Next divergence", "differ", _COMPARISON,
           "Goes to the next turn whose prompts differ.", (COMPARE,)),
    Action("divergence.previous", ("N",), "Previous divergence", "differ", _COMPARISON,
           "Goes to the previous turn whose prompts differ.", (COMPARE,)),
    Action("divergence.first", ("f",), "First divergence", "", _COMPARISON,
           "Goes to the first turn whose prompts differ.", (COMPARE,)),
    Action("prompts.toggle", ("d",), "Prompts against each other", "prompts", _COMPARISON,
           "Shows section by section what only one of the prompts of this turn holds, or the columns again.",
           (COMPARE,)),
    Action("column.next", ("tab",), "Next column", "column", _COMPARISON,
           "Gives the keys to the next column.", (COMPARE,)),
    Action("column.previous", ("shift+tab",), "Previous column", "", _COMPARISON,
           "Gives the keys to the previous column.", (COMPARE,)),
    Action("column.policy", ("p",), "Change the column's policy", "", _COMPARISON,
           "Puts another policy into the focused column.", (COMPARE,)),
    Action("column.add", ("a",), "Add a column", "", _COMPARISON,
           "Puts one more policy beside the others, up to four.", (COMPARE,)),
    Action("column.remove", ("delete", "D"), "Take the column off", "", _COMPARISON,
           "Closes the focused column; its policy stays loaded.", (COMPARE,)),
    Action("lane.next", ("right_square_bracket",), "Next loaded policy here", "", _COMPARISON,
           "Puts the next loaded policy that has no column into the focused one.", (COMPARE,)),
    Action("lane.previous", ("left_square_bracket",), "Previous loaded policy here", "", _COMPARISON,
           "Puts the previous loaded policy that has no column into the focused one.", (COMPARE,)),
    Action("slots.fold", ("c",), "All residents or what differs", "", _COMPARISON,
           "Lists the residents that every column holds, or only counts them where cores are long.", (COMPARE,)),
    Action("compare.close", ("escape", "backspace"), "Back to the inspector", "back", _COMPARISON,
           "Shows the focused column's policy in the inspector, at the same turn.", (COMPARE,)),
    Action("scoreboard.show", ("S",), "Scoreboard", "", _POLICY,
           "Every policy on this session: all metrics, hit ratio over core budget, reuse distances, probes."),
    Action("scoreboard.left", ("left",), "To the left", "move", _SCORES,
           "Moves to the column, budget, turn or policy at the left of the one under the cursor.", (SCOREBOARD,)),
    Action("scoreboard.right", ("right",), "To the right", "move", _SCORES,
           "Moves to the column, budget, turn or policy at the right of the one under the cursor.", (SCOREBOARD,)),
    Action("scoreboard.sort", ("o",), "Sort by this column", "sort", _SCORES,
           "The better first; once more the worse first, a third time as it was. A click on a heading does it, too.",
           (SCOREBOARD,)),
    Action("scoreboard.choose", ("enter",), "Open in the inspector", "open", _SCORES,
           "Shows the policy under the cursor, and the turn of the probe or of the bar, in the inspector.",
           (SCOREBOARD,)),
    Action("scoreboard.draw", ("space",), "Draw the curve or not", "draw", _SCORES,
           "Puts the policy under the cursor into the chart of budgets, or takes it out.", (SCOREBOARD,)),
    Action("scoreboard.close", ("escape", "backspace"), "Back to the inspector", "back", _SCORES,
           "Leaves at once; what is still being computed is given up, what is computed is kept.", (SCOREBOARD,)),
    Action("scoreboard.all", ("i",), "With presets and yardsticks", "", _SCORES,
           "Measures the emulations of shipped systems, too, and the policies that know the future.", (SCOREBOARD,)),
    Action("scoreboard.board", ("1",), "Policies", "", _SCORES,
           "Policies by metrics, best and worst marked.", (SCOREBOARD,)),
    Action("scoreboard.curve", ("2",), "Budget", "", _SCORES,
           "Hit ratio over core budget, with the offline optimum.", (SCOREBOARD,)),
    Action("scoreboard.accesses", ("3",), "Accesses", "", _SCORES,
           "Reuse distances and the working set: whether a bigger core helps.", (SCOREBOARD,)),
    Action("scoreboard.probes", ("4",), "Probes", "", _SCORES,
           "Which question passes under which policy.", (SCOREBOARD,)),
    Action("scoreboard.next", ("tab",), "Next section", "", _SCORES,
           "Moves to the next of the four sections.", (SCOREBOARD,)),
    Action("scoreboard.previous", ("shift+tab",), "Previous section", "", _SCORES,
           "Moves to the section before.", (SCOREBOARD,)),
    Action("scoreboard.copy", ("y",), "Copy as JSON", "", _SCORES,
           "Copies the metrics, the curve, the accesses or the probe under the cursor.", (SCOREBOARD,)),
    Action("breakpoint.set", ("b",), "Set a breakpoint", "break", _DEBUG,
           "Asks for an expression over events, memories and the frame; runs stop where it holds.",
           (INSPECTOR, DEBUGGER)),
    Action("run.on", ("c",), "Continue to the next hit", "", _DEBUG,
           "Runs on to the next event at which a breakpoint that is on holds."),
    Action("run.back", ("C",), "Run back to the last hit", "", _DEBUG,
           "Runs backwards to the last event before this one at which a breakpoint that is on holds."),
    Action("evict.next", ("e",), "Next eviction", "", _DEBUG, "Runs on to the next eviction.", _RUN),
    Action("evict.previous", ("E",), "Previous eviction", "", _DEBUG, "Runs back to the eviction before.", _RUN),
    Action("fault.next", ("u",), "Next fault", "", _DEBUG, "Runs on to the next page fault.", _RUN),
    Action("fault.previous", ("U",), "Previous fault", "", _DEBUG, "Runs back to the page fault before.", _RUN),
    Action("loss.next", ("l",), "Next loss", "", _DEBUG, "Runs on to where the next item is gone for good.", _RUN),
    Action("loss.previous", ("L",), "Previous loss", "", _DEBUG, "Runs back to where the item before was lost.", _RUN),
    Action("change.next", ("v",), "Next change of a memory", "", _DEBUG,
           "Runs on to where the memory under the cursor moves or changes next.", _RUN),
    Action("change.previous", ("V",), "Previous change of it", "", _DEBUG,
           "Runs back to where the memory under the cursor moved or changed last.", _RUN),
    Action("call.step", ("i",), "Step into the tool call", "", _DEBUG,
           "Goes into the turn's tool calls, event by event, and out again at their end."),
    Action("bookmark.set", ("k",), "Bookmark this place", "", _DEBUG,
           "Marks this turn or event, with a note; bookmarks are kept with the session."),
    Action("bookmark.next", ("K",), "Next bookmark", "", _DEBUG,
           "Goes to the next bookmark, and after the last to the first."),
    Action("trail.back", ("less_than_sign", "alt+left"), "Back to before the jump", "", _DEBUG,
           "Goes back along the positions that were jumped from."),
    Action("trail.forward", ("greater_than_sign", "alt+right"), "Forward again", "", _DEBUG,
           "Goes forward to where one went back from."),
    Action("debugger.open", ("x",), "Debugger", "", _DEBUG,
           "Lists breakpoints with their hits, watches, bookmarks and the positions one came from."),
    Action("watch.add", ("w",), "Add a watch", "watch", _DEBUG,
           "Asks for an expression whose value stays on screen.", (DEBUGGER,)),
    Action("entry.toggle", ("space",), "Breakpoint on or off", "on/off", _DEBUG,
           "Lets runs stop at the breakpoint under the cursor, or pass it.", (DEBUGGER,)),
    Action("entry.edit", ("e",), "Edit", "", _DEBUG,
           "Changes the expression or the note under the cursor.", (DEBUGGER,)),
    Action("entry.remove", ("delete", "d"), "Remove", "", _DEBUG,
           "Takes the entry under the cursor away.", (DEBUGGER,)),
    Action("entry.go", ("enter",), "Go there", "go", _DEBUG,
           "Goes to the breakpoint's next hit, to the bookmark or to the position.", (DEBUGGER,)),
    Action("debugger.close", ("escape", "backspace", "x"), "Back to the inspector", "back", _DEBUG,
           "Closes the list and shows the inspector again.", (DEBUGGER,)),
    Action("filter.open", ("slash",), "Filter", "filter", _FIND,
           "Narrows the events, or the list of sessions, to rows that hold every word typed.", (INSPECTOR, PICKER)),
    Action("filter.next", ("n",), "Next match", "", _FIND,
           "Goes to the next event that the filter lets through."),
    Action("filter.previous", ("N",), "Previous match", "", _FIND,
           "Goes to the previous event that the filter lets through."),
    Action("agent.filter", ("A",), "One agent's events", "", _FIND,
           "In sessions of several agents: narrows the events to one agent's turns, then to the next one's."),
    Action("filter.clear", ("escape",), "Clear the filter", "", _FIND,
           "Shows all rows again."),
    Action("memory.open", ("enter",), "Open the memory", "", _MEMORIES,
           "Shows the whole life of the memory under the cursor.", (INSPECTOR, QUARANTINE, COMPARE, PROMPT, MAP)),
    Action("memory.close", ("escape", "backspace"), "Back to the inspector", "back", _MEMORIES,
           "Closes this screen and shows the inspector again.", (MEMORY, QUARANTINE, BLOCKS, PROMPT, WHY, MAP)),
    Action("memory.jump", ("enter",), "Go to this event's turn", "go to turn", _MEMORIES,
           "Shows the turn of the event under the cursor in the inspector.", (MEMORY,)),
    Action("why.open", ("w",), "Why is it there, or not", "why", _MEMORIES,
           "Tells why a memory is or is not in the prompt of this turn, and what would have kept it.",
           (INSPECTOR, MEMORY)),
    Action("why.try", ("enter",), "Try it, or go to the turn", "try it", _MEMORIES,
           "Replays what the row proposes as a what-if beside the recording; on an event: shows its turn.", (WHY,)),
    Action("copy.row", ("y",), "Copy as JSON", "", _MEMORIES,
           "Copies the slot, hit, event or memory under the cursor to the clipboard as JSON.", _STEPPED),
    Action("masks.toggle", ("R",), "Reveal or mask", "", _MEMORIES,
           "Shows what is masked (sensitive memories, credentials, personal data), or masks it again.",
           (*_STEPPED, SCOREBOARD)),
    Action("quarantine.open", ("Q",), "Quarantine", "", _DECISIONS,
           "Lists what waits for an approval, was refused or is withheld at this turn, and why."),
    Action("memory.approve", ("a",), "Approve the memory", "approve", _DECISIONS,
           "Replays the session as if a person had released it after this turn, in a lane beside the recording.",
           (QUARANTINE,)),
    Action("memory.refuse", ("r",), "Refuse the memory", "refuse", _DECISIONS,
           "Replays the session as if a person had refused it for good after this turn, in a lane of its own.",
           (QUARANTINE,)),
    Action("what_if.open", ("f",), "What if …", "", _DECISIONS,
           "Asks what to change at this turn (budgets, parameters, a memory, the turn) and replays it beside."),
    Action("what_if.diff", ("d",), "What the what-if changes", "", _DECISIONS,
           "Lists turn by turn what differs between the what-if on screen and what it was forked from."),
    Action("diff.choose", ("enter",), "Go to the turn", "go to turn", _DECISIONS,
           "Shows the turn under the cursor in the inspector.", (FORK_DIFF,)),
    Action("diff.close", ("escape", "d", "backspace"), "Back to the inspector", "back", _DECISIONS,
           "Closes this list and shows the inspector again.", (FORK_DIFF,)),
    Action("what_if.keep", ("ctrl+s",), "Keep the what-if", "", _DECISIONS,
           "Writes the session or the policy of the what-if on screen, as far as it changes them, to new files."),
    Action("lane.close", ("ctrl+w",), "Close this lane", "", _POLICY,
           "Takes what is on screen away from the policies that are loaded."),
    Action("lesson.back", ("left", "pageup", "backspace"), "Back to the stop before", "stop", _LESSONS,
           "Goes up in a long caption, else back to the stop before.", (LESSON,)),
    Action("lesson.next", ("right", "pagedown", "space", "enter"), "On to the next stop", "stop", _LESSONS,
           "Goes on in a long caption, else to the next stop; an open question is passed over by a second press.",
           (LESSON,)),
    Action("lesson.choose", tuple("123456789"), "Choose an option", "", _LESSONS,
           "Answers the question; the first answer counts. A click on the option does it, too.", (LESSON,)),
    Action("lesson.answer", ("h",), "Show the answer", "answer", _LESSONS,
           "Tells the right answer; the question counts as passed over.", (LESSON,)),
    Action("lesson.open", ("o",), "Open the memory spoken of", "", _LESSONS,
           "Shows the whole life of the memory that the caption speaks of, or of the one under the cursor.", (LESSON,)),
    Action("lesson.explore", ("x",), "Look around", "explore", _LESSONS,
           "Gives all keys to the inspector, until r goes back to the stop.", (LESSON,)),
    Action("lesson.return", ("r",), "Back to the stop", "return", _LESSONS,
           "Shows the turn, the policy and the pane of the stop again.", (LESSON,)),
    Action("lesson.leave", ("escape",), "Leave the lesson", "leave", _LESSONS,
           "Leaves at once; while one looks around, goes back to the stop.", (LESSON,)),
    Action("lesson_end.next", ("enter", "space", "right", "pagedown"), "Next lesson", "next lesson", _LESSONS,
           "Opens the lesson that comes next.", (LESSON_END,)),
    Action("lesson_end.back", ("left", "pageup", "backspace"), "Back into the lesson", "back", _LESSONS,
           "Shows the last stop again.", (LESSON_END,)),
    Action("lesson_end.leave", ("escape",), "Leave the lesson", "leave", _LESSONS,
           "Leaves the lesson.", (LESSON_END,)),
    Action("presenter.toggle", ("f2", "f5"), "Presenter mode", "", _ROOM,
           "Shows few things in large type, for a projector.", (INSPECTOR, LESSON)),
    Action("presenter.back", ("left", "pageup", "backspace"), "Back", "step", _ROOM,
           "Goes back a turn, or in a lesson a stop.", (PRESENTER,)),
    Action("presenter.next", ("right", "pagedown", "space", "enter"), "On", "step", _ROOM,
           "Goes on a turn, or in a lesson a stop.", (PRESENTER,)),
    Action("presenter.event_back", ("up", "comma"), "Back one event", "event", _ROOM,
           "Undoes one paging event of the log.", (PRESENTER,)),
    Action("presenter.event_next", ("down", "greater_than_sign"), "On one event", "event", _ROOM,
           "Applies one paging event of the log.", (PRESENTER,)),
    Action("presenter.choose", tuple("123456789"), "Choose an option", "", _ROOM,
           "Answers the question of a lesson.", (PRESENTER,)),
    Action("presenter.answer", ("h",), "Show the answer", "", _ROOM,
           "Tells the right answer to the question of a lesson.", (PRESENTER,)),
    Action("presenter.blank", ("b", "full_stop"), "Blank the screen", "blank", _ROOM,
           "Shows nothing, so that a class looks at the teacher; any key brings it back.", (PRESENTER,)),
    Action("presenter.close", ("escape", "f2", "f5"), "Leave presenter mode", "leave", _ROOM,
           "Shows the inspector or the lesson again, where one has got to.", (PRESENTER,)),
    Action("pane.core", ("1",), "Core", "", _PANES,
           "Moves to the core: the memories that stay in the prompt."),
    Action("pane.turn", ("2",), "Turn", "", _PANES,
           "Moves to the turn: what was said, asked for and answered."),
    Action("pane.hits", ("3",), "Archive hits", "", _PANES,
           "Moves to what retrieval returned for this turn, in rank order."),
    Action("pane.timeline", ("4",), "Timeline", "", _PANES,
           "Moves to the timeline and its event log."),
    Action("blocks.open", ("5",), "Blocks and tools", "", _PANES,
           "Shows core memory block by block, and every tool call of the turn with what it gave."),
    Action("blocks.enter", ("enter",), "Go to the event, or open the memory", "go to event", _MEMORIES,
           "Shows the event of the tool call under the cursor in the inspector, or the memory of the line under it.",
           (BLOCKS,)),
    Action("prompt.open", ("P",), "Prompt as sent", "", _PANES,
           "Shows the whole prompt of this turn: sections, texts, tokens, what is new and what a cache would save."),
    Action("prompt.against", ("a",), "Set against another prompt", "against", _PROMPT_SCREEN,
           "Compares with the turn before, with every other loaded policy, with nothing, in turn.", (PROMPT,)),
    Action("prompt.fold", ("f",), "Whole texts or their beginnings", "fold", _PROMPT_SCREEN,
           "Shows every text to its end, or only its beginning.", (PROMPT,)),
    Action("prompt.search", ("slash",), "Search the prompt", "search", _PROMPT_SCREEN,
           "Marks words in the prompt, and unfolds the texts that hold them.", (PROMPT,)),
    Action("prompt.next", ("n",), "Next match", "", _PROMPT_SCREEN,
           "Goes to the next entry that holds what is searched for.", (PROMPT,)),
    Action("prompt.previous", ("N",), "Previous match", "", _PROMPT_SCREEN,
           "Goes to the entry before that holds what is searched for.", (PROMPT,)),
    Action("prompt.copy", ("Y",), "Copy the prompt", "copy", _PROMPT_SCREEN,
           "Copies the whole prompt as it was sent to the clipboard, masked as on screen.", (PROMPT,)),
    Action("map.open", ("M",), "Map of all memories", "", _PANES,
           "Every memory and message a tile coloured by where it is, and the page table of the core."),
    Action("map.other", ("tab", "shift+tab"), "Map or page table", "table", _MAP,
           "Gives the keys to the other pane; a narrow terminal shows one of them.", (MAP,)),
    Action("moved.next", ("n",), "Next item that moved", "moved", _MAP,
           "Puts the cursor on the next item that came, went or was missed in this turn.", (MAP,)),
    Action("moved.previous", ("N",), "Previous item that moved", "", _MAP,
           "Puts the cursor on the one before among the items that moved in this turn.", (MAP,)),
    Action("map.items", ("a",), "Memories or all items", "messages", _MAP,
           "Leaves messages out of the map, or shows them, too.", (MAP,)),
    Action("map.sort", ("o",), "Sort the page table", "", _MAP,
           "By slot, last use, uses, importance, tokens, in turn; pages that are out stay below.", (MAP,)),
    Action("pane.maximise", ("z",), "Maximise the pane", "", _PANES,
           "Gives the focused pane the whole screen, or gives it back."),
    Action("picker.open", ("enter",), "Open the session", "open", _FILES,
           "Opens the highlighted session in the inspector.", (PICKER,)),
    Action("picker.path", ("o",), "Open a file", "open a file", _FILES,
           "Asks for a session file; foreign formats are recognised by their content.", (PICKER,)),
    Action("picker.forget", ("delete",), "Forget a recent file", "", _FILES,
           "Takes the highlighted file off the recent list; the file itself stays.", (PICKER,)),
    Action("session.open", ("o",), "Open another session", "", _FILES,
           "Leaves this session for the list of sessions."),
    Action("export.open", ("ctrl+e",), "Export", "", _FILES,
           "Writes the loaded policies as a web page, their events as JSON Lines or CSV, or a trace for Perfetto."),
    Action("warnings.show", ("W",), "Show the warnings", "", _FILES,
           "Tells what could not be carried over from the file, and what is only estimated."),
    Action("theme.choose", ("t",), "Choose a theme", "", _PROGRAM,
           "Tries the colour themes on the screen behind the list.", (APP,)),
    Action("screenshot.save", ("s",), "Save a picture", "", _PROGRAM,
           "Saves the screen as an SVG picture and says where.", (APP,)),
    Action("help.keys", ("question_mark",), "All keys", "keys", _PROGRAM,
           "Lists every key of this screen.", (APP,)),
    Action("help.pane", ("f1",), "Help on this pane", "", _PROGRAM,
           "Explains the focused pane and its keys.", (APP,)),
    Action("palette.open", ("ctrl+p",), "Command palette", "palette", _PROGRAM,
           "Finds any command by its name.", (APP,), "command_palette"),
    Action("app.suspend", ("ctrl+z",), "Suspend", "", _PROGRAM,
           "Returns to the shell; `fg` comes back.", (APP,), "suspend_process"),
    Action("app.quit", ("q", "ctrl+c"), "Quit", "", _PROGRAM,
           "Leaves memview.", (APP,), "quit"),
)  # fmt: skip


def actions_on(scope: str) -> tuple[Action, ...]:
    """The actions that work on a screen, those of the whole program included, in table order."""
    return tuple(action for action in ACTIONS if action.works_on(scope))


def actions_only_on(scope: str) -> tuple[Action, ...]:
    """The actions that belong to a screen itself (or, for "app", to the program): what its BINDINGS hold."""
    return tuple(action for action in ACTIONS if scope in action.scopes)


def grouped(actions: Iterable[Action]) -> dict[str, list[Action]]:
    """Actions under their group headings, both in table order."""
    groups: dict[str, list[Action]] = {}
    for action in actions:
        groups.setdefault(action.group, []).append(action)
    return groups
