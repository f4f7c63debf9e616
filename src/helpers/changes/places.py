"""Names of places, a closed list: countries with what is of them, capitals, and cities that news names alone.

One word each, for tokens are words: South Korea is told by *korea*. A name in several spellings is one line.
"""

_COUNTRIES = """
    afghanistan afghan / albania albanian / algeria algerian / america american u.s us / angola angolan /
    argentina argentine argentinian / armenia armenian / australia australian / austria austrian / azerbaijan
    azerbaijani azeri / bahrain bahraini / bangladesh bangladeshi / belarus belarusian byelorussia / belgium belgian /
    bolivia bolivian / bosnia bosnian / botswana / brazil brazilian / britain british uk u.k england english /
    bulgaria bulgarian / burundi / cambodia cambodian / cameroon / canada canadian / chad / chile chilean / china
    chinese / colombia colombian / congo congolese / croatia croatian / cuba cuban / cyprus cypriot / czechia czech /
    denmark danish / ecuador ecuadorean / egypt egyptian / eritrea eritrean / estonia estonian / eswatini swaziland /
    ethiopia ethiopian / finland finnish / france french / gabon / gambia / georgia georgian / germany german / ghana
    ghanaian / greece greek / guatemala guatemalan / guinea / haiti haitian / honduras honduran / hungary hungarian /
    iceland icelandic / india indian / indonesia indonesian / iran iranian / iraq iraqi / ireland irish / israel
    israeli / italy italian / jamaica jamaican / japan japanese / jordan jordanian / kazakhstan kazakh / kenya kenyan /
    korea korean / kosovo / kuwait kuwaiti / kyrgyzstan kyrgyz / laos / latvia latvian / lebanon lebanese / liberia
    liberian / libya libyan / lithuania lithuanian / luxembourg / macedonia macedonian / madagascar / malawi / malaysia
    malaysian / mali malian / malta maltese / mauritania / mexico mexican / moldova moldovan moldavia / mongolia
    mongolian / montenegro / morocco moroccan / mozambique / myanmar burma burmese / namibia / nepal nepalese /
    netherlands dutch holland / nicaragua nicaraguan / niger / nigeria nigerian / norway norwegian / oman omani /
    pakistan pakistani / palestine palestinian / panama panamanian / paraguay / peru peruvian / philippines philippine
    filipino / poland polish / portugal portuguese / qatar qatari / romania romanian / russia russian / rwanda rwandan /
    saudi / scotland scottish / senegal / serbia serbian / sierra / singapore singaporean / slovakia slovak / slovenia
    slovenian / somalia somali / spain spanish / sudan sudanese / sweden swedish / switzerland swiss / syria syrian /
    taiwan taiwanese / tajikistan tajik / tanzania / thailand thai / togo / tunisia tunisian / turkey turkish turkiye /
    turkmenistan turkmen / uganda ugandan / ukraine ukrainian / uruguay / uzbekistan uzbek / venezuela venezuelan /
    vietnam vietnamese / wales welsh / yemen yemeni / zambia / zimbabwe zimbabwean / europe european / asia asian /
    africa african
"""
_CITIES = """
    abuja / accra / algiers / amman / amsterdam / ankara / astana / athens / atlanta / baghdad / baku / bangkok /
    barcelona / beijing peking / beirut / belgrade / berlin / bern / bogota / boston / bratislava / brussels /
    bucharest / budapest / cairo / canberra / caracas / chennai madras / chicago / chisinau kishinev / copenhagen
    / dallas / damascus / delhi / denver / detroit / dhaka / doha / donbas donbass / donetsk / dubai / dublin /
    dusseldorf / edinburgh / florence / frankfurt / geneva / guangzhou canton / hamburg / hanoi / harare / havana
    / helsinki / houston / islamabad / istanbul / jakarta / jerusalem / johannesburg / kabul / kampala / karachi /
    kharkiv kharkov / khartoum / kherson / kolkata calcutta / kyiv kiev / lagos / lahore / lima / lisbon /
    ljubljana / london / luhansk lugansk / lviv lvov / madrid / manchester / manila / mariupol / melbourne / miami
    / milan / minsk / montreal / moscow / mumbai bombay / munich / mykolaiv nikolaev / nairobi / nicosia / odesa
    odessa / oslo / ottawa / paris / philadelphia / prague / pretoria / pyongyang / riga / riyadh / rome /
    santiago / sarajevo / seattle / seoul / shanghai / shenzhen / sofia / stockholm / strasbourg / sydney / taipei
    / tallinn / tbilisi / tehran teheran / tirana / tokyo / toronto / tripoli / tunis / vancouver / vienna /
    vilnius / warsaw / washington / yangon rangoon / yerevan / zagreb / zaporizhzhia zaporozhye / zurich
"""
_REGIONS = """
    alabama / alaska / alberta / arizona / arkansas / bavaria / brooklyn / california / carolina / catalonia /
    colorado / connecticut / crimea / dakota / delaware / flanders / florida / hawaii / idaho / illinois / indiana
    / iowa / kansas / kentucky / louisiana / maine / manhattan / manitoba / maryland / massachusetts / michigan /
    minnesota / mississippi / missouri / montana / nebraska / nevada / ohio / oklahoma / ontario / oregon /
    pennsylvania / quebec / queensland / saskatchewan / tennessee / texas / tibet / utah / vermont / virginia /
    wisconsin / wyoming / york
"""
_SEATS = """
    berlin germany german / beijing china chinese / washington u.s us american america / moscow russia russian
    kremlin / london britain british uk / paris france french / tokyo japan japanese / seoul korea korean / kyiv
    kiev ukraine ukrainian / tehran iran iranian / baghdad iraq iraqi / athens greece greek / rome italy italian /
    madrid spain spanish / delhi india indian / ankara turkey turkish / brussels europe european eu / cairo egypt
    egyptian / warsaw poland polish / ottawa canada canadian / canberra australia australian / pyongyang korea
    korean / islamabad pakistan pakistani / riyadh saudi / damascus syria syrian / bern switzerland swiss / dublin
    ireland irish / lisbon portugal portuguese
"""
_PEOPLE = """
    gaddafi gadhafi qaddafi kadhafi gathafi / mohammed muhammad mohamed mohammad / osama usama / koran quran /
    zelenskiy zelensky zelenskyy / yanukovych yanukovich / hezbollah hizbollah hizbullah / qaeda qaida /
    lukashenko lukashenka / khamenei khamanei / yusuf yousef youssef / hussein hussain husayn
"""


def _groups(lines: str) -> dict[str, frozenset[str]]:
    return {word: frozenset(group.split()) for group in lines.split("/") for word in group.split()}


COUNTRIES = _groups(_COUNTRIES)
"""Names of one country and what is of it, by each of them."""
PLACES = frozenset([*COUNTRIES, *_groups(_CITIES)])
SPELLINGS = _groups(_CITIES) | _groups(_PEOPLE)
"""Spellings of one name that share too few letters to be told by them, by each of them."""
SEATS = [frozenset(line.split()) for line in _SEATS.split("/")]
"""A country and the capital that stands for its government."""
