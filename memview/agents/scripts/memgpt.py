"""A bookbinder moves her workshop: more is said than a window holds, and all that decides something is found again."""

from __future__ import annotations

from memview.agents.script import Script, ScriptedCall, ScriptedTurn
from memview.model.block import Block
from memview.model.session import Budgets

_LEASE_PAGE = "https://lettings.example/rua-do-almada-112"


def _append(text: str) -> ScriptedCall:
    return ScriptedCall("core_memory_append", {"section": "human", "text": text})


def _replace(old: str, new: str) -> ScriptedCall:
    return ScriptedCall("core_memory_replace", {"section": "human", "old": old, "new": new})


def _store(text: str) -> ScriptedCall:
    return ScriptedCall("archival_memory_insert", {"text": text})


def _search(query: str) -> ScriptedCall:
    return ScriptedCall("archival_memory_search", {"query": query, "top_k": 2})


def _recall(query: str) -> ScriptedCall:
    return ScriptedCall("conversation_search", {"query": query})


SCRIPT = Script(
    name="memgpt",
    title="A workshop moves",
    lesson=(
        "A window forgets by overflowing: what the agent had written down by then it can page in again and cite, "
        "and the rest of the conversation comes back only to those who search for the words that were said."
    ),
    agent="sam",
    policy="memgpt@0.3.25",
    system=(
        "You are Sam, an assistant with a small window and a large memory. Core blocks are always in view; edit them "
        "with core_memory_append and core_memory_replace. Store facts with archival_memory_insert before the window "
        "overflows, find them with archival_memory_search, and find past messages with conversation_search. Search "
        "before you answer what is not in view. Name in square brackets the id of each memory that an answer rests on."
    ),
    budgets=Budgets(window=800, core=200, retrieval=120, reserve=100),
    blocks=(
        Block("persona", "Sam keeps track of things for one person, answers in two sentences, and never guesses."),
        Block("human", ""),
    ),
    turns=(
        ScriptedTurn(
            "2026-02-02T09:00:00Z",
            "Good morning! I am Ines Ferreira, I bind books in Porto, and on 3 March I move my workshop to Rua do "
            "Almada 112. Could you keep the many details for me?",
            ((_append("Ines Ferreira, bookbinder in Porto."),
              _append("Moves her workshop to Rua do Almada 112 on 3 March.")),),
            "Good morning, Ines. I have noted who you are [MEM-00001] and where you move [MEM-00002].",
        ),
        ScriptedTurn(
            "2026-02-02T09:04:00Z",
            "This is the listing: the rent is 640 euros a month, the deposit is two rents, and because people live "
            "upstairs no machine may run after eight in the evening. The landlord is Senhor Teles.",
            ((_store("Lease of Rua do Almada 112: rent 640 euros a month, deposit two rents, landlord Senhor Teles, "
                     "no machines after 20:00."),),),
            "The terms of the lease are in the archive, with the page they come from [MEM-00003].",
            _LEASE_PAGE,
        ),
        ScriptedTurn(
            "2026-02-03T10:30:00Z",
            "Rui will help me on the day. He is badly allergic to walnuts and carries an adrenaline pen in the left "
            "pocket of his coat, so please remember that whenever food comes up.",
            ((_store("Rui, who helps Ines, has a severe allergy to walnuts; his adrenaline pen is in the left pocket "
                     "of his coat."),),),
            "I will think of Rui whenever food comes up [MEM-00004].",
        ),
        ScriptedTurn(
            "2026-02-04T16:10:00Z",
            "The heaviest piece is the cast-iron guillotine from 1911: 480 kilos on four small feet. The surveyor says "
            "that the floor of the back room bears 300 kilos a square metre and the front room, on the vault, 900.",
            ((_store("The guillotine weighs 480 kilos. Floors of the new workshop: back room 300 kilos a square "
                     "metre, front room 900."),),),
            "Weights and floors are stored; the guillotine looks like one for the front room [MEM-00005].",
        ),
        ScriptedTurn(
            "2026-02-06T18:20:00Z",
            "The electrician came by. She wants to put the new fuse box behind the door, says that the old wires in "
            "the back are from the fifties and must go, and will send an offer for about two thousand euros next week. "
            "I liked her, she explained everything twice and did not roll her eyes once.",
            (),
            "That sounds like someone to keep. Tell me when the offer comes.",
        ),
        ScriptedTurn(
            "2026-02-09T08:45:00Z",
            "I spent Sunday sorting paper: eleven boxes of marbled sheets, six of handmade, and three that I had "
            "forgotten, with the endpapers of my grandmother in them, blue ones with small gold fish. I sat on the "
            "floor for an hour and looked at them. They travel with me in the car and in no van.",
            ((_store("Three boxes with the grandmother's endpapers, blue with gold fish, travel in Ines's car and "
                     "not in the van."),),),
            "The boxes with the gold fish ride with you, in the car [MEM-00006].",
        ),
        ScriptedTurn(
            "2026-02-11T12:00:00Z",
            "Bad news: Senhor Teles needs more time for the roof, so we cannot move on 3 March. He has given me his "
            "word for 14 April, and half a rent off for the trouble.",
            ((_replace("3rd of March", "14 April"),), (_replace("3 March", "14 April"),)),
            "I have moved the move: it is 14 April now [MEM-00007].",
        ),
        ScriptedTurn(
            "2026-02-13T19:30:00Z",
            "For the walls I think of a chalky white, with the shelves in the green of old ledgers and the door in "
            "oxblood. My sister says that it will look like a flag. What would you do with a long narrow room that "
            "gets its only light from one side, and that only until early afternoon?",
            (),
            "White all round and the green low down: colour near the floor, light above. I would ask your sister to "
            "see it before she votes.",
        ),
        ScriptedTurn(
            "2026-04-01T17:00:00Z",
            "I want to offer something sweet at the opening. Which cake would you order?",
            ((_search("severe allergy"),),),
            "An almond-free orange cake from a kitchen without walnuts: Rui has a severe allergy to them [MEM-00004].",
        ),
        ScriptedTurn(
            "2026-04-02T09:15:00Z",
            "Whom did I meet about the cabling, and at what price?",
            ((_search("cabling price"),), (_recall("electrician"),)),
            "The electrician whom you liked, for about two thousand euros, as you said on 6 February [t-0005]. I had "
            "not written it down; the conversation has it.",
        ),
        ScriptedTurn(
            "2026-04-08T11:00:00Z",
            "Where do we put the guillotine, and until when may it run at night?",
            ((_search("machines lease"),),),
            "In the front room, whose floor bears it [MEM-00005], and until 20:00, as the lease says [MEM-00003].",
        ),
        ScriptedTurn(
            "2026-04-13T20:00:00Z",
            "Good. So when do we start, and what comes in my own car?",
            ((_search("travel car boxes"),),),
            "Tomorrow, 14 April [MEM-00007]; and the three boxes of your grandmother's endpapers come with you "
            "[MEM-00006].",
        ),
    ),
)  # fmt: skip
