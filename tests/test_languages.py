"""Languages and scripts: which one, which words, which sentences, what is found shared."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.alignment import Document, align
from helpers.languages import UNKNOWN, detect, detect_many, filled, frequency, knows, stem
from helpers.segmentation import quotations, sentences, words
from helpers.spaceless import split

# Written for these tests: a headline, then a report of four sentences, one of them quoted.
REPORTS = {
    "de": "Brücke über die Elbe gesperrt\n\nDie Stadt hat am Dienstag die alte Brücke über die Elbe gesperrt. "
    "Dr. Weber vom Bauamt sprach von Rissen in zwei der sieben Pfeiler. „Wir gehen kein Wagnis ein“, sagte er. "
    "Fußgänger müssen bis zum Frühjahr einen Umweg von drei Kilometern nehmen.",
    "fr": "Le pont de pierre fermé\n\nLa ville a fermé mardi l’ancien pont de pierre au-dessus de la rivière. "
    "M. Lefèvre, du service des travaux, a parlé de fissures dans deux des sept piles. "
    "« Nous ne prenons aucun risque », a-t-il dit. "
    "Les piétons devront faire un détour de trois kilomètres jusqu’au printemps.",
    "es": "Cierran el puente viejo\n\nLa ciudad cerró el martes el puente viejo sobre el río. "
    "El Sr. Núñez, de la oficina de obras, habló de grietas en dos de los siete pilares. "
    "«No corremos ningún riesgo», dijo. "
    "Los peatones tendrán que dar un rodeo de tres kilómetros hasta la primavera.",
    "ru": "Старый мост закрыт\n\nВо вторник город закрыл старый мост через реку. "
    "Инженер Соколов рассказал о трещинах в двух из семи опор. «Мы не станем рисковать», — сказал он. "
    "Пешеходам придётся до весны обходить стройку, это лишние три километра.",
    "uk": "Старий міст закрито\n\nУ вівторок місто закрило старий міст через річку. "
    "Інженер Бондар розповів про тріщини у двох із семи опор. «Ми не будемо ризикувати», — сказав він. "
    "Пішоходам доведеться до весни обходити будівництво, це зайві три кілометри.",
    "ar": "إغلاق الجسر القديم\n\nأغلقت المدينة يوم الثلاثاء الجسر القديم فوق النهر. "
    "وتحدث المهندس سالم عن شقوق في اثنين من الأعمدة السبعة. «لن نخاطر بحياة الناس»، قال المهندس. "
    "وعلى المشاة أن يسلكوا حتى الربيع طريقا أطول بثلاثة كيلومترات.",
    "zh": "老桥星期二起关闭\n\n市政府星期二宣布关闭河上的老桥。工程师陈明说，七个桥墩中有两个出现了裂缝。"
    "“我们不能冒险。”他说。行人在春天以前必须绕行三公里。",
    "ja": "古い橋が通行止めに\n\n市は火曜日、川にかかる古い橋を通行止めにした。"
    "技師の田中さんによると、七本の橋脚のうち二本にひびが見つかった。"
    "「危険は冒せません」と彼は話した。歩行者は春まで三キロの回り道をしなければならない。",
    "ko": "오래된 다리 통행 금지\n\n시는 화요일 강 위의 오래된 다리를 막았다. "
    "기술자 김 씨는 일곱 개의 교각 가운데 두 개에서 금이 발견됐다고 말했다. "
    "“위험을 감수하지 않겠습니다”라고 그는 말했다. 보행자는 봄까지 삼 킬로미터를 돌아가야 한다.",
}
OTHERS = {
    "de": "Der Verein sucht seit Wochen einen neuen Trainer, doch niemand will in die zweite Liga.",
    "fr": "Le club cherche depuis des semaines un nouvel entraîneur, "
    "mais personne ne veut descendre en deuxième division.",
    "es": "El club busca desde hace semanas un nuevo entrenador, pero nadie quiere bajar a la segunda división.",
    "ru": "Клуб уже несколько недель ищет нового тренера, но никто не хочет работать во второй лиге.",
    "uk": "Клуб уже кілька тижнів шукає нового тренера, але ніхто не хоче працювати в другій лізі.",
    "ar": "يبحث النادي منذ أسابيع عن مدرب جديد، لكن لا أحد يريد العمل في الدرجة الثانية.",
    "zh": "俱乐部几个星期以来一直在寻找新教练，但是没有人愿意去乙级联赛工作。",
    "ja": "そのクラブは数週間前から新しい監督を探しているが、二部リーグで働きたい人はいない。",
    "ko": "그 구단은 몇 주째 새 감독을 찾고 있지만 아무도 이부 리그에서 일하려 하지 않는다.",
}


@pytest.mark.parametrize("language", REPORTS)
def test_the_language_of_a_report_is_told(language):
    assert detect(REPORTS[language]) == language
    assert knows(language)


def test_what_is_too_short_to_tell_has_the_language_of_the_others():
    assert filled(detect_many([REPORTS["ru"], "Kyiv.", REPORTS["ru"]])) == ["ru", "ru", "ru"]
    assert filled(detect_many(["Kyiv.", "12"])) == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize("language", REPORTS)
def test_a_report_has_its_headline_its_sentences_and_its_quotation(language):
    text = REPORTS[language]
    found = sentences(text, language)
    assert found[0].kind == "headline"
    assert {s.kind for s in found[1:]} == {"body"}
    assert len(found) == 5 or (language == "zh" and len(found) == 6)  # a full stop inside the quotation
    assert len(quotations(text)) == 1
    assert sum(s.quoted_words for s in found) >= 2


@pytest.mark.parametrize("language", REPORTS)
def test_a_copy_inside_another_article_is_found_and_nothing_else(language):
    report, other = REPORTS[language].partition("\n\n")[2], OTHERS[language]
    text = f"{other}\n\n{report}\n\n{other[::-1]}"
    spans = [(p.start, p.end) for p in align(text, report, language=language)]
    first, last = text.index(report), text.index(report) + len(report)
    covered = {place for start, end in spans for place in range(start, end)}
    inside = [w for w in words(text) if first <= w.start < last]
    assert all(w.start in covered for w in inside)
    assert all(first <= place < last for place in covered)
    assert align(other, report, language=language) == []


def test_an_unknown_language_is_compared_by_its_own_counts():
    text = REPORTS["uk"]
    assert not knows(UNKNOWN)
    assert Document.from_text(text, UNKNOWN).frequencies.max() > 0.01
    assert [p.kind for p in align(text, text, language=UNKNOWN)] == ["verbatim"]


def test_words_in_another_alphabet_keep_their_accents_for_the_lists():
    assert frequency("который", "ru") > 1e-4
    known = Document.from_text("который", "ru").frequencies
    assert known[0] == frequency("который", "ru")
    assert Document.from_text("который", "ru").keys[0] == Document.from_text("КОТОРЫИ", "ru").keys[0]


def test_traditional_and_simplified_characters_have_one_stem():
    assert stem("軍隊", "zh") == stem("军队", "zh")
    simple, traditional = (Document.from_text(text, "zh") for text in ("总统表示军队已撤出", "總統表示軍隊已撤出"))
    assert (simple.types == traditional.types).all()


@given(st.text(alphabet="总统表示軍隊かなカタ12abー々", max_size=40))
def test_words_of_spaceless_scripts_lose_nothing(text):
    if text:
        ends = split(text)
        assert ends[-1] == len(text)
        assert list(ends) == sorted(set(ends))
    assert all(text[w.start : w.end] for w in words(text))


def test_a_million_characters_without_a_blank_are_cut_in_time_that_grows_with_them():
    assert len(split("军" * 100_000)) == 100_000


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("so\u00adft", "soft"),
        ("ze\u200bro", "zero"),
        ("ﬂoor", "floor"),
        ("Ｗｉｄｅ", "wide"),
        ("𝐁𝐨𝐥𝐝", "bold"),
        ("CAFÉ", "cafe"),
    ],
)
def test_disguised_words_have_the_key_of_the_plain_word(written, plain):
    assert [w.key for w in words(f"a {written} b")] == ["a", plain, "b"]


def test_a_stemmer_loads_little_and_hides_nothing():
    code = """if True:
        import sys
        from helpers.languages import stem
        assert stem("advancing", "en") == "advanc"
        assert not {"sklearn", "scipy.stats"} & set(sys.modules)
        from scipy.stats import norm
        from sklearn.feature_extraction.text import TfidfVectorizer
    """
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
