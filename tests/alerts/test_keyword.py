"""What a family means: a no in any wording and language, a yes only where nothing else can be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.keyword import Meaning, is_told, meaning

NO = [
    # what carriers know
    "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT",
    # what people write
    "stop", "Stop.", "stop!!!", "STOPPP", "stooop", "S T O P", "s.t.o.p", "stpo", "Please stop",
    "please stop texting me",
    "stop it", "opt out", "opt-out", "Opt me out? opt out!", "don't text me", "DO NOT CONTACT ME",
    "dont message me again",
    "no more texts", "no more please", "no thank you", "No.", "nope", "remove me",
    "take me off your list", "wrong number",
    "leave me alone", "I would like you to stop sending me these messages", "not interested",
    "yes but stop",
    "help stop", "🛑",
    # Spanish
    "ALTO", "alto", "Alto por favor", "PARAR", "pare", "basta", "ya no más por favor", "ya no",
    "no más", "No, gracias",
    "no me escriban más", "no quiero mensajes", "no quiero recibir nada", "dejen de mandar mensajes",
    "número equivocado",
    "quiero darme de baja", "cancelar",
    # Portuguese
    "PARE", "parar", "sair", "chega", "não quero mais", "não me mande mensagens", "número errado",
    "Não, obrigada",
    # Haitian Creole and French
    "sispann", "Sispann tanpri", "rete", "kanpe", "pa voye mesaj ankò", "mwen pa vle mesaj", "arrêtez",
    "ARRET", "non merci",
    "ne plus recevoir", "plus de messages", "désabonnement", "mauvais numéro",
    # Vietnamese
    "dừng", "DUNG", "dừng lại", "ngừng lại", "hủy", "đừng nhắn nữa", "không", "không nhận tin",
    "nhầm số",
    # Chinese
    "停", "停止", "请停止", "退订", "退訂", "取消", "不要再发了", "別再發", "打错了",
    # Russian
    "стоп", "СТОП!", "хватит", "отпишите меня", "Отписаться", "не пишите мне больше", "нет",
    "Прекратите", "неверный номер",
]  # fmt: skip
YES = [
    "YES", "Yes", "yes!", "Y", "yes please", "Yes, I agree", "yes thank you", "SI", "Sí",
    "sí por favor", "si gracias",
    "Si, está bien", "Sí, acepto", "SIM", "sim obrigada", "Wi", "wi mèsi", "Wi, dakò", "Oui", "CÓ",
    "Dạ có", "có", "是", "好的",
    "Да", "Да, спасибо", "បាទ", "ចាស",
]  # fmt: skip
HELP = [
    "HELP", "help", "Help!", "help please", "INFO", "Who is this?", "AYUDA", "ayuda por favor",
    "¿Quién es?", "AJUDA", "Quem é?",
    "ÈD", "Kiyès sa ye?", "AIDE", "GIÚP", "Ai vậy?", "帮助", "помощь",
]  # fmt: skip
START = ["START", "start", "UNSTOP", "Resume", "empezar", "COMEÇAR", "bắt đầu", "开始", "начать"]
STORY = [
    "", "?", "ok", "Okay", "call me", "Can you call me tomorrow?", "I need help with food",
    "necesito ayuda con la luz",
    "no quiero perder mi casa", "não quero perder minha casa", "ya no tengo comida",
    "mi casero pide un precio muy alto",
    "quando chega a ajuda?", "they cancelled my card last week",
    "мне отменили пособие в прошлом месяце",
    "我的福利被取消了", "他们要停电", "Si no pago me sacan", "yes or no?", "Yes I can come on Friday", "đúng",
    "thanks", "👍",
    "arrêté par la police hier soir", "mwen pa vle pèdi kay mwen", "No tengo dinero",
]  # fmt: skip


@pytest.mark.parametrize("text", NO)
def test_a_no_is_heard_in_any_wording(text: str) -> None:
    assert meaning(text).is_no


@pytest.mark.parametrize("text", YES)
def test_a_yes_is_heard_where_nothing_else_can_be_meant(text: str) -> None:
    assert meaning(text) is Meaning.YES


@pytest.mark.parametrize("text", HELP)
def test_who_asks_for_help_is_answered(text: str) -> None:
    assert meaning(text) is Meaning.HELP


@pytest.mark.parametrize("text", START)
def test_who_wants_texts_again_says_so(text: str) -> None:
    assert meaning(text) is Meaning.START


@pytest.mark.parametrize("text", STORY)
def test_everything_else_is_for_a_person(text: str) -> None:
    found = meaning(text)
    assert found.is_for_a_person
    assert found is Meaning.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "can you help me stop my eviction",
        "ALTO, mi esposo lee este teléfono",
        "Stop. My landlord changed the locks today",
    ],
)
def test_a_no_with_a_story_is_a_no_and_read_by_a_person(text: str) -> None:
    assert meaning(text) is Meaning.STOP_AND_MORE


@pytest.mark.parametrize(
    "text",
    ["STOP", "please stop texting me", "stop sending me these messages", "ya no más por favor", "no me escriban más"],
)
def test_a_plain_no_needs_no_reader(text: str) -> None:
    assert meaning(text) is Meaning.STOP


@given(st.sampled_from(NO), st.sampled_from([str.upper, str.lower, str.title]), st.text(" .,!?\n\u200b", max_size=4))
def test_case_and_punctuation_do_not_matter(text: str, case: object, around: str) -> None:
    assert callable(case)
    assert meaning(f"{around}{case(text)}{around}").is_no


@given(st.text(max_size=60), st.text(max_size=60))
def test_stop_wins_over_everything_around_it(before: str, after: str) -> None:
    assert meaning(f"{before} STOP {after}").is_no


@given(st.text(max_size=300))
def test_whatever_comes_means_something(text: str) -> None:
    assert meaning(text) in set(Meaning)


@given(st.sampled_from(YES), st.sampled_from(["STOP", "停止", "no me escriban", "sispann", "не пишите"]))
def test_a_yes_with_a_no_is_a_no(yes: str, no: str) -> None:
    assert meaning(f"{yes}, {no}").is_no
    assert meaning(f"{no} {yes}").is_no


@given(st.sampled_from(YES), st.sampled_from(NO))
def test_a_yes_with_anything_like_a_no_is_no_yes(yes: str, no: str) -> None:
    assert meaning(f"{yes}, {no}") is not Meaning.YES
    assert meaning(f"{no} {yes}") is not Meaning.YES


def test_only_a_word_in_capitals_is_one_that_families_are_told() -> None:
    assert is_told("Reply STOP to end", Meaning.STOP)
    assert not is_told("to stop, call us", Meaning.STOP)
    assert not is_told("Decir que no, no cambia nada", Meaning.STOP)
    assert is_told("Reponn SISPANN", Meaning.STOP)
    assert is_told("回复 停止", Meaning.STOP)
