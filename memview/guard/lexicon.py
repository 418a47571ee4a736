"""Word classes of English orders. General grammar: verbs by what they ask for, not words of any data set."""

from __future__ import annotations

from functools import cache

_REQUEST = """
answer elaborate explain summarize summarise paraphrase rephrase reword rewrite translate transliterate transcribe
compose brainstorm proofread recite roleplay pretend respond reply impersonate enumerate clarify define describe draft
narrate simplify illustrate condense abridge extrapolate hypothesize speculate critique interpret decode encode
decrypt encrypt decipher encipher classify categorize categorise tell teach advise recommend suggest propose predict
forecast persuade convince encourage urge promote advertise endorse praise downplay exaggerate spread fabricate
disseminate publicize publicise propagate
"""
"""Verbs that ask for an answer: whoever reads them as an order can only obey by writing something."""

_TASK = """
write provide list give show generate create produce make craft formulate develop design outline sketch analyze
analyse assess evaluate compare contrast calculate compute solve estimate determine identify detect recognize infer
deduce derive find search research investigate explore examine discuss debate argue justify mention state claim
declare announce express emphasize emphasise stress highlight share reveal disclose present display print output say
repeat echo rank rate sort arrange organize organise plan schedule remind book order reserve automate monitor track
prepare assist guide walk retrieve fetch extract gather collect compile collate tabulate count convert transform act
imagine invent devise conceive name cite quote argue review inspect diagnose prove demonstrate rhyme sing joke
entertain recap inform notify instruct tease hint insinuate offer invite direct redirect quiz verify confirm speak
visualize visualise optimize optimise debug refactor implement simulate model score grade label tag annotate
categorise match map chart plot render help
"""
"""Verbs that an assistant is asked to do and that notes between people use as well: the object decides."""

_REWRITE = """
add append prepend insert include incorporate integrate embed weave blend merge fuse combine attach augment enrich
enhance extend expand complement supplement modify alter change adjust adapt revise edit tweak update replace
substitute swap exchange switch rearrange reorder reverse invert flip mirror scramble shuffle jumble mix mangle garble
obfuscate misspell capitalize capitalise uppercase lowercase abbreviate shorten lengthen truncate pad repeat duplicate
double remove delete omit drop skip strip trim erase eliminate exclude conceal hide mask redact cover separate split
divide join group cluster concatenate alternate interleave interweave render express phrase word spell sign format
style structure number anagram use utilize utilise employ apply adopt leverage deploy execute run perform inject
infuse introduce assimilate absorb harmonize meld import implant plant slip sprinkle intersperse mention reference
link keep maintain turn put place write begin start end finish conclude set close open preface wrap surround tag label
translate convert encode transform present display print output provide give make craft compose avoid refrain leave
prefer ensure guarantee insist engage enlist strengthen fortify refine improve boost polish check fix correct conduct
carry post publish
"""
"""Verbs that change a text: an order to an assistant once their object is its answer, its words or its code."""

_OTHER = """
begin start end finish conclude leave accept access activate allow agree attend bake balance bear beat become behave
believe bend bind bite blow boil borrow break breathe bring brush build burn buy call cancel carry catch check chew
choose chop clean clear click climb clone come comply compile configure connect consider consult contact contribute
cook copy cross cut deactivate decide defrost delay deliver deny dig dilute disable discard disconnect dispose
disregard dissolve do download drag drain draw dress dress drink drive dry dust earn eat email empty enable encounter
enjoy enter escalate exit fasten feed feel fight file fill filter fix fold follow forget forward freeze fry garnish
gather get go grab grant grate greet grind grow guard hand hang heat hire hold hover ignore increase inspect install
invoke iron keep kill kneel knock launch lay lead learn leave lend let lie lift light listen load lock log look lower
mail make measure melt memorize message mind move multiply navigate notice obey obtain operate override paint park
pass paste pause pay peel permit pick plug point post pour preheat press prevent proceed protect pull push quit raise
reach read reboot receive refer refill refrigerate refund refuse register reject release reload remember rent repair
report request resist restart restore resume return rinse roast roll rotate save scan scroll season seek select sell
send serve settle sew shake share shop shut sign simmer sit sleep slice sow spend sprinkle spread stand stay steam
steer step stir stop store stretch submit subscribe subtract supply support suspend swallow sweep swipe switch take
tap taste test throw tidy tie tilt touch train transfer travel treat trust try tune turn twist type unlock unplug
unsubscribe untie upgrade upload validate verify visit vote wait wake walk warn wash watch water wear weigh whisk win
wipe wish withdraw work worry yield zip conduct play pose ask figure remain approve
"""
"""Every other verb with which a sentence of orders may begin."""

_NOUNS_TOO = """
accept access answer arrange attack attempt balance bear beat begin bend bill bite blow book break brush build burn
call cancel catch cause change charge chart check claim class clean clear click climb clone close cluster code combine
comment compile concern confirm contact contract contrast control cook copy cost count cover craft credit cross cut
damage dance date deal debate debug delay design detail direct display divide double draft drag drain draw dress drink
drive drop dry dust echo edit email empty end engage escape estimate exchange exit express extract fall feel fetch
fight file filter find finish fish flip fold force forecast format forward frame freeze function grade grant guard
guide hand hang haul heat help hint hold house hunt import increase influence install invite iron issue join joke
judge jump key kick knock label land laugh launch lead leave light limit link list load lock log look lower mail make
map mark market mask master match measure mention message mind mirror mix model monitor mount move name need note
notice number object offer open operate order outline output pad paint park part pass paste pause pay peel phone
phrase pick picture place plan plant play plot plug point post pour practice praise present press pretend price print
produce program project promise protest pull push quarrel question quit quiz quote race raise rain range rank rate
reach read reason record redirect reference refill refund register release remark rent repair repeat reply report
request research reserve rest result return reverse review revise rhyme ride ring rise risk roast roll rotate round
rub rule run rush sail sample save scan schedule score scroll search season serve set settle shake shape share ship
shop show shuffle shut sign sing sketch skip sleep slice slip smell smile smoke sort sound spare spell spend split
spot sprinkle staff stage stamp stand star start state stay steam step stick stop store stress stretch strike string
strip structure study style submit suit supply support surprise surround swap sweep switch tag talk tap target taste
tease test text tie tilt tip title touch tour trace track trade train transfer transform transport trap travel treat
trim trip trouble trust try tune turn twist type update upgrade upload use value view visit voice vote wait walk wash
waste watch water wear weave whip will win wipe wish word work worry yield zip model act open own present direct
secure live subject separate complete correct clear warm cool calm duplicate alternate lower double last second ferry
address experiment process exercise interview budget access compliment plant paper ground experience host deposit hope
fuse deploy merge install invite surge transfer convict blend mix roast conduct figure
"""
"""Verbs that are nouns, names or adjectives as well: an order only before a determiner, a pronoun or a number."""

_DETERMINERS = """
a an the this that these those my your his her our their its all any every each both some no another several many few
more one two three four five six seven eight nine ten what which who whom whose how why where when whether if me us
him them it you yourself everything everyone anything something everybody whatever only users people readers visitors
customers
"""

_FUNCTION = """
a an the this that these those my your his her our their its all any every each both some no another several many few
one two three i we he she they it you me us him them who whom whose which what when where why how if whether although
though because since unless until while as than like unlike about above across after against along among around at
before behind below beneath beside besides between beyond by despite down during except for from in inside into near
of off on onto out outside over past per regarding through throughout till to toward towards under underneath up upon
via with within without and or but nor so yet not is are was were be been being am has have had do does did will would
shall should can could may might must ought here there then thus hence therefore however also too very quite rather
just only even still already again once twice never always often sometimes usually maybe perhaps yes no ok okay oh ah
well hi hello hey dear thanks thank sorry welcome congratulations regards sincerely best both either neither such same
other others most more much less least enough almost nearly half double twice today tomorrow yesterday tonight now
later soon ago first second third last next previous instead otherwise meanwhile moreover furthermore nevertheless
nonetheless inter alia versus given provided considering concerning including excluding following plus minus ex amid
amongst atop whenever wherever whoever whatever whichever everything everyone nothing nobody none somebody someone
something anything anybody anyone please part parts today's none according due owing thanks apart aside regardless
"""
"""Words with which a statement begins, so that what follows them is no object of an order."""

_PASTS = """
met went had got took bought made saw ate ran told gave came found felt kept left lost sold sent spent thought won
wrote knew grew drew flew threw drove rode spoke broke chose wore began sang sat stood slept taught caught brought
fought held led built heard said paid became understood forgot did learnt meant dreamt
"""
"""Past forms that no ending shows."""

_FILLERS = """
please kindly now then next also finally first firstly second secondly third thirdly lastly last additionally
furthermore moreover besides instead just simply ok okay hey hi hello dear and but so therefore thus afterwards
afterward meanwhile again always well alright right immediately attention note notice important urgent ps p.s
instruction instructions task tasks prompt todo , : quickly plus yes sure great thanks otherwise pls plz anyway
assistant ai chatgpt gpt bot chatbot agent llm model computer bro friend everyone all folks henceforth hereafter
"""

_MODALS = "are must should shall need needs have has ought are can will may could would"

_ANSWER = """
answer answers response responses reply replies output outputs explanation completion generation elucidation message
messages text summary translation sentence sentences words wording paragraph paragraphs prose conclusion rationale
"""

_CODE_OF_YOURS = """
code codebase implementation solution algorithm program script function architecture software application logic
"""

_CONTENT = (
    """
poem poems story stories essay haiku limerick sonnet song songs lyrics rap joke jokes riddle riddles letter speech tale
narrative novel monologue dialogue screenplay script slogan tagline headline headlines caption blog article articles
paragraph summary summaries synopsis overview introduction conclusion outline explanation description definition
translation equivalent recipe recipes itinerary guide tutorial lesson quiz trivia fact facts tip tips advice suggestion
suggestions recommendation recommendations idea ideas example examples list lists analysis comparison review reviews
biography history tweet post posts advertisement ad campaign pitch proposal plan strategy strategies steps examples
information info insight insights opinion opinions argument arguments pros benefits advantages disadvantages causes
effects differences difference similarities reasons meaning concept theory principle principles process sentiment tone
emotion trends forecast prediction statistics winners books movies films songs restaurants destinations activities
exercises routine workout diet reminder alarm timer meeting function program algorithm pseudocode snippet class query
"""
    + """
regex spreadsheet table chart diagram timeline prompt instructions
"""
)
"""What an assistant is asked to make or to find."""

_ERRANDS = """
weather appointment flight flights taxi lights thermostat music playlist alarm timer reminder news pizza pizzas
groceries calendar stock stocks exchange podcast podcasts movie movies trip holiday vacation getaway getaways
"""
"""What an assistant is sent for."""

_UNITS = """
letter letters vowel vowels consonant consonants word words character characters syllable syllables space spaces
punctuation emoji emojis symbol symbols typo typos misspelling misspellings anagram anagrams cipher ciphertext base64
base32 hexadecimal binary morse rot13 uppercase lowercase backwards backward acronym acronyms alphabet rhyme rhymes
spelling grammar syntax caesar pig noun nouns verb verbs adjective adjectives sentence sentences paragraph paragraphs
bold italics
"""
"""What a text is made of."""

_ARTEFACTS = """
file files directory folder folders environment variable key token branch commit button menu icon tab page dialog
window account accounts username path command commands option options flag server servers database table index config
configuration setting settings repository repo package packages dependency dependencies issue ticket pull request
version versions port url address container image cluster node pod module library test tests build release certificate
driver partition disk drive device cable plug lid door screen field box form checkbox invoice receipt deposit oven
service services program programme computer machine pan bowl dough water heat oil salt sauce butter flour sugar egg
eggs onion onions garlic mixture sheet profile user users role permissions permission backup log logs space room bed
belt brake engine filter valve bolt screw it them him her sure sense way time room love friends food contact attention
care
"""
"""Objects of orders in manuals, recipes and notes: what no assistant writes."""

_BUSINESS = """
us our we ours ourselves attached enclosed attachment enclosure herewith asap eod cob deadline invoice signature rsvp
regards
"""
"""Words of a request between people: its sender, its papers, its date."""

_YOURS = """
feedback thoughts opinion opinions comments approval confirmation availability signature details name email address
phone number consent receipt account order documents passport manager supervisor doctor physician team colleagues
friends family child children parents mom dad kids boss landlord bank employer lawyer teacher gp pharmacist dentist
insurance views story symptoms concerns questions experience password username data teeth hands feet eyes arms legs
knees schedule budget calendar progress work card ticket tickets badge id pass licence license boarding
"""
"""What belongs to a person who is addressed with `your`."""


@cache
def requests() -> frozenset[str]:
    return frozenset(_REQUEST.split())


@cache
def tasks() -> frozenset[str]:
    return frozenset(_TASK.split())


@cache
def rewrites() -> frozenset[str]:
    return frozenset(_REWRITE.split())


@cache
def verbs() -> frozenset[str]:
    """Every verb that is known to open an order."""
    return requests() | tasks() | rewrites() | frozenset(_OTHER.split())


@cache
def nouns_too() -> frozenset[str]:
    return frozenset(_NOUNS_TOO.split())


@cache
def determiners() -> frozenset[str]:
    return frozenset(_DETERMINERS.split())


@cache
def function_words() -> frozenset[str]:
    return frozenset(_FUNCTION.split()) | pasts()


@cache
def pasts() -> frozenset[str]:
    return frozenset(_PASTS.split())


@cache
def fillers() -> frozenset[str]:
    return frozenset(_FILLERS.split())


@cache
def modals() -> frozenset[str]:
    return frozenset(_MODALS.split())


@cache
def answers() -> frozenset[str]:
    return frozenset(_ANSWER.split())


@cache
def own_code() -> frozenset[str]:
    return frozenset(_CODE_OF_YOURS.split())


@cache
def contents() -> frozenset[str]:
    return frozenset(_CONTENT.split())


@cache
def errands() -> frozenset[str]:
    return frozenset(_ERRANDS.split())


@cache
def units() -> frozenset[str]:
    return frozenset(_UNITS.split())


@cache
def artefacts() -> frozenset[str]:
    return frozenset(_ARTEFACTS.split())


@cache
def business() -> frozenset[str]:
    return frozenset(_BUSINESS.split())


@cache
def persons_own() -> frozenset[str]:
    return frozenset(_YOURS.split())
