"""English words that tell what a change bears on: closed lists, so that every class names its evidence.

Other languages have no lists: their changes of numbers, names, spelling and wording are found, their hedges are not.
"""


def _listed(words: str) -> list[str]:
    return words.split()


FUNCTION = frozenset(
    _listed(
        """a an the this that these those of in on at to from by with for as into onto upon over under about around
        across through during after before between among against along within near since until till off out up
        down back away and or but so yet if then than because while when where which who whom whose what how
        whether also too just even still already both each either all any some such own same other another it its
        itself he his him himself she her herself they their them themselves we our us ourselves i my me you your
        there here is are was were be been being am has have had having do does did doing done will would shall
        should can get got very more most much many several well now again ago earlier later early only further
        however meanwhile moreover furthermore additionally though although amid per via without no
        nor neither one's ' s"""
    )
)
NEGATIONS = frozenset(_listed("not never none nobody nothing cannot unable nowhere"))
HEDGES = frozenset(
    _listed(
        """may might could reportedly allegedly alleged apparently apparent appears appeared appear appearing seems
        seemed seem seemingly possibly possible probably perhaps likely unlikely suspected purported purportedly
        believed unconfirmed potentially presumably maybe supposedly unclear unverified tentatively"""
    )
)
CUE_PHRASES = (
    ("stopped", "short", "of"),
    ("stops", "short", "of"),
    ("stopping", "short", "of"),
    ("no", "longer"),
    ("no", "evidence"),
    ("no", "plans"),
    ("no", "sign"),
    ("no", "indication"),
    ("far", "from"),
    ("is", "said", "to"),
    ("are", "said", "to"),
    ("was", "said", "to"),
    ("were", "said", "to"),
    ("refused", "to"),
    ("refuses", "to"),
    ("declined", "to"),
    ("declines", "to"),
    ("thought", "to"),
    ("could", "not"),
    ("can", "not"),
)
"""Hedges and negations of several words."""
CONFIRMING = frozenset(_listed("confirm confirmed confirming confirms verify verified"))
"""To deny these hedges what is said."""
NEGATIVE = frozenset(
    _listed(
        """no without fail fails failed failing failure lack lacks lacked lacking prevent prevents preventing avoid
        avoids avoiding refuse refused less little few hardly barely scarcely unlikely neither nor
        unable cannot rule ruled reject rejected deny denied"""
    )
)
"""Words that negate without being negations: one of them in the place of a negation."""
UNREAL = frozenset(
    _listed(
        """thinking looking considering considers consider considered weighing mulling exploring expected expects
        expecting expect planning plans plan planned intends intended hopes hoping hope hoped aims aimed seeking seeks
        wants wanted fears fear feared fanning risk risks risking odds chance chances potential speculation threatened
        threaten threatens threat prospect prospects probable can talks reported ready poised set"""
    )
)
"""Words that tell of what is not there yet, or of hearsay: one of them in the place of a hedge keeps the sense."""
HEARSAY = frozenset(_listed("alleged allegedly reportedly purported purportedly apparent apparently"))
HEARD = frozenset(
    _listed("allege alleges alleged alleging accuse accuses accused charges charged according report reported reports")
)
"""Who says a thing, in the place of a word that says it is hearsay."""
OPINION = frozenset(
    _listed("expect expects expected thought thinks think believes believe predicts predicted estimates estimated any")
)
"""What holds for no more than likely, or for any, whatever else is said: *expects it will likely*, *any possible*."""
WEAK = frozenset(_listed("likely possible probably potentially"))
MODAL_VERBS = frozenset(_listed("may might could"))
MODALS = MODAL_VERBS | frozenset(_listed("appears appeared appear seems seemed seem"))
VERBS = frozenset(
    _listed("""is are was were be been being am has have had having do does did will would shall should can""")
)
"""What a clause needs in the place of a modal: *about challenging* is none of *may challenge*."""
ASSERTIVE = frozenset(_listed("will would shall must"))
"""What says without a doubt what *may*, *might* and *could* leave open."""
CLAUSE_OPENERS = frozenset(_listed("who what which that where"))
CUE_WORDS = frozenset(word for phrase in CUE_PHRASES for word in phrase)
NEGATIVE_PREFIXES = ("un", "in", "im", "ir", "dis", "non", "non-")
_SAYING_FORMS = """
    say says said saying / tell tells told telling / state stated stating / report reports reported reporting /
    announce announces announced announcing / add adds added adding / write writes wrote / tweet tweets tweeted /
    quote quotes quoted quoting / claim claims claimed claiming / confirm confirms confirmed confirming /
    acknowledge acknowledges acknowledged acknowledging / warn warns warned warning / explain explains explained /
    insist insists insisted / assert asserts asserted / allege alleges / argue argues argued / declare declares
    declared / deny denies denied denying / admit admits admitted / suggest suggests suggested / caution cautions
    cautioned / charged / according / spokesman / spokeswoman / spokesperson
"""
SAYING = {form: forms.split()[0] for forms in _SAYING_FORMS.split("/") for form in forms.split()}
"""Words that tell who says a thing, and the verb each is a form of."""
SOURCE_MARKS = frozenset(_listed("say tell according quote spokesman spokeswoman spokesperson"))
"""Of these the ones that name a source even where nothing stands in their place; one also reports a profit."""
LOADED = frozenset(
    _listed(
        """claim claims claimed claiming confirm confirms confirmed confirming acknowledge acknowledges acknowledged
        insist insists insisted assert asserts asserted allege alleges deny denies denied denying admit admits
        admitted"""
    )
)
"""Verbs of saying that judge what is said."""
PLAIN_SAYING = frozenset(_listed("say state add"))
"""Verbs of saying that are one word in other dress."""
DAYS = frozenset(
    _listed("""monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri""")
)
MONTHS = frozenset(
    _listed(
        """january february march april may june july august september october november december jan feb apr jun jul aug
        sep sept oct nov dec"""
    )
)
PARTS_OF_DAY = frozenset(
    _listed("""morning afternoon evening night noon midnight dawn dusk overnight tonight daytime""")
)
CLOCK = frozenset(_listed("gmt a.m p.m am pm est edt eastern"))
SUFFIXES = frozenset(
    _listed(
        """corp co inc ltd plc ag sa nv llc group holdings company corporation commission president chairman chairwoman
        chief executive officer ceo cfo coo vice deputy senior minister secretary treasurer governor senator
        representative congressman director managing professor judge mayor mr mrs ms dr sir lord department
        ministry district web internet"""
    )
)
"""Words with a capital that name nothing by themselves."""
TIMES = DAYS | MONTHS | frozenset(_listed("today yesterday tomorrow weekend")) | PARTS_OF_DAY | CLOCK
RELATIVE = frozenset(_listed("this last next previous past ago earlier later"))
"""What makes a date of a unit of time."""
TIME_UNITS = frozenset(
    _listed("""second seconds minute minutes hour hours day days week weeks month months year years decade decades""")
)
ONES = {
    word: value
    for value, word in enumerate(
        _listed(
            """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
            seventeen eighteen nineteen twenty"""
        )
    )
}
NUMBERS: dict[str, float] = {
    **ONES,
    **{word: 10.0 * tens for tens, word in enumerate(_listed("thirty forty fifty sixty seventy eighty ninety"), 3)},
    "dozen": 12.0,
    "half": 0.5,
    "hundred": 100.0,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
}
ORDINALS = {
    word: float(place)
    for place, word in enumerate(_listed("first second third fourth fifth sixth seventh eighth ninth tenth"), 1)
}
MAGNITUDES = {"dozen": 12.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
MAGNITUDES |= {"mln": 1e6, "bln": 1e9, "bn": 1e9, "trln": 1e12}
VAGUE_NUMBERS = frozenset(_listed("dozens tens scores hundreds thousands millions billions"))
QUALIFIERS = {
    ("more", "than"): "more than",
    ("over",): "more than",
    ("greater", "than"): "more than",
    ("less", "than"): "less than",
    ("fewer", "than"): "less than",
    ("under",): "less than",
    ("at", "least"): "at least",
    ("no", "fewer", "than"): "at least",
    ("up", "to"): "at most",
    ("no", "more", "than"): "at most",
    ("not", "more", "than"): "at most",
    ("as", "many", "as"): "at most",
    ("as", "much", "as"): "at most",
    ("at", "most"): "at most",
    ("about",): "about",
    ("around",): "about",
    ("some",): "about",
    ("roughly",): "about",
    ("approximately",): "about",
    ("nearly",): "almost",
    ("almost",): "almost",
    ("only",): "only",
}
"""What stands before a number and bends it; those with one meaning are not told apart."""
CREDITS = frozenset((done, "by") for done in ("reporting", "editing", "edited", "writing", "written", "compiled"))
"""What leads to the names of those who made an article."""
PLACE_BEFORE = frozenset(_listed("in near toward towards outside inside across around via into"))
_IRREGULAR = """
    seek sought / take took taken / give gave given / go went gone / buy bought / sell sold / hold held / rise rose
    risen / fall fell fallen / see saw seen / make made / leave left / lead led / lose lost / keep kept / find found
    / come came / begin began begun / grow grew grown / know knew known / meet met / pay paid / send sent / spend
    spent / stand stood / win won / think thought / bring brought / drive drove driven / speak spoke spoken / break
    broke broken / choose chose chosen / shoot shot / strike struck / run ran / show shown / flee fled / fight
    fought / build built / catch caught / feel felt / hear heard / become became / sink sank sunk / shrink shrank
    shrunk / throw threw thrown / draw drew drawn / sit sat / lay laid / wear wore worn / die dying / retake retook
    retaken
"""
IRREGULAR = {form: forms.split()[0] for forms in _IRREGULAR.split("/") for form in forms.split()}
"""Forms of verbs that no stemmer joins."""
SAME_WORDS = (
    frozenset({"u.s", "us", "american", "america"}),
    frozenset({"uk", "u.k", "british", "britain"}),
    frozenset({"eu", "e.u"}),
    frozenset({"un", "u.n"}),
    frozenset({"percent", "pct", "per-cent"}),
    frozenset({"mln", "million"}),
    frozenset({"bln", "billion"}),
    frozenset({"km", "kilometres", "kilometers", "kms"}),
    frozenset({"kph", "kmh"}),
    frozenset({"lbs", "pounds"}),
    frozenset({"gov", "governor"}),
    frozenset({"sen", "senator"}),
    frozenset({"rep", "representative"}),
    frozenset({"gen", "general"}),
    frozenset({"sept", "sep", "september"}),
    frozenset({"oct", "october"}),
    frozenset({"nov", "november"}),
    frozenset({"dec", "december"}),
    frozenset({"jan", "january"}),
    frozenset({"feb", "february"}),
    frozenset({"aug", "august"}),
)
"""Abbreviations and what they stand for."""
