"""What a family means by what it texts. A no is heard in any wording; a yes only where nothing else can be meant.

Carriers know STOP and a few English words. These are the ways in which people of eight languages say it besides.
Whoever writes `please stop` or `ya no más` has said no. A word that also means something else (`alto` is high, `chega`
arrives) is a no by itself or at the beginning, not in the middle of a family's story. Case, accents and punctuation are
ignored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class Meaning(StrEnum):
    """What was meant. A no with a story around it acts as a no and is read by a person; so is all that is `other`."""

    STOP = "stop"
    STOP_AND_MORE = "stop_and_more"
    START = "start"
    YES = "yes"
    HELP = "help"
    OTHER = "other"

    @property
    def is_no(self) -> bool:
        """Whether it is a no."""
        return self in {Meaning.STOP, Meaning.STOP_AND_MORE}

    @property
    def is_for_a_person(self) -> bool:
        """Whether somebody should read the words."""
        return self in {Meaning.STOP_AND_MORE, Meaning.OTHER}


def _bare(text: str) -> str:
    """Small letters without accents, apostrophes and what cannot be seen: `Sí`, `si` and `SI` are one word."""
    plain = text.casefold().replace("đúng", "right")  # Vietnamese: without its accents it would be `stop`
    spread = unicodedata.normalize("NFKD", re.sub(r"['’‘`]", "", plain))
    kept = (letter for letter in spread if unicodedata.category(letter) not in {"Mn", "Cf"})
    return "".join(kept).replace("đ", "d")


def _words(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(_bare(each) for each in phrases)


def _any(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_bare(each) for each in phrases)})\b")


_STOP = _any((
    "s+t+o+p+", "s t o p", "stopall", "stpo", "sotp", "tsop", "stopped texting", "unsub(?:scribe)?", "opt ?out",
    "opting out", "(?:do not|dont|never) (?:text|contact|message|msg|call|write)",
    "no more (?:texts?|messages?|msgs?)", "no (?:texts|messages)",
    "(?:quit|cease|end) (?:texting|messaging|these|this)", "leave me alone", "wrong (?:number|person)",
    "remove (?:me|my (?:phone )?number|this number)", "delete my (?:phone )?number", "take me off", "not interested",
    "lose my number", "no mas (?:mensajes|textos|por favor)", "ya no mas",
    "ya no (?:quiero (?:mas )?(?:mensajes|textos|recibir|que|esto)|me)",
    "no me (?:escrib|mand|envi|contact|text|llam|molest)\\w*", "dej(?:a|e|en) de (?:escrib|mand|envi|text|molest)\\w*",
    "no quiero (?:mas|mensajes|textos|recibir|que me|sus|nada|esto)", "numero equivocado", "equivocad[oa] de numero",
    "dar(?:me)? de baja", "dejame en paz", "dejenme en paz", "no (?:estoy )?interesad[oa]", "no me interesa",
    "nao (?:me )?(?:mand|escrev|envi|contat|lig)\\w*", "nao quero (?:mais|mensagens|receber|que)", "numero errado",
    "par(?:e|em) de", "me deix\\w* em paz", "nao tenho interesse", "descadastrar", "sispann",
    "pa (?:voye|ekri|kontakte|rele)", "pa vle (?:mesaj|resevwa|anko)", "kite m(?:wen)? trankil", "move nimewo",
    "arrete[rz]", "ne plus (?:recevoir|ecrire|envoyer)", "plus de (?:messages?|textos?|sms)",
    "ne m ?(?:ecri|envo|contact)\\w*", "desabonn\\w*", "desinscri\\w*", "(?:mauvais|faux) numero", "pas interesse\\w*",
    "laissez ?moi tranquille", "dung (?:gui|nhan|lai|lam|nua)", "ngung", "khong (?:nhan|muon nhan|gui)",
    "huy (?:dang ky|tin)", "nham so", "sai so", "стоп", "хватит", "отпи\\w*",
    "не (?:пиш|присыл|отправл|беспоко|звон|шл)\\w*", "прекрат\\w*", "не хочу получать",
    "(?:ошиблись|неверный|не тот) номер\\w*", "удалите",
))  # fmt: skip
"""A no, wherever it stands."""
_STOP_FIRST = _any((
    "alto", "parar", "pare", "paren", "basta", "cancel", "cancela", "cancele", "cancelen", "cancelar", "detener",
    "terminar", "sair", "chega", "remover", "kanpe", "annuler", "dung", "huy", "thoi", "отмена", "отменить",
    "отмените", "не надо",
))  # fmt: skip
"""A no at the beginning, or in a few words; elsewhere it may be part of a story."""
_STOP_SHORT = _any(("no mas", "ya no", "no more", "para", "rete", "ase", "arrete?", "quit"))
"""A no in a few words only."""
_STOP_ALONE = _words((
    "end", "quit", "fin", "no", "nope", "nah", "baja", "revoke", "nao", "non", "nein", "khong", "ko", "нет", "не",
    "fini", "no quiero", "nao quero", "mwen pa vle", "enough", "remove", "delete",
))  # fmt: skip
"""The whole of a text, but for courtesy."""
_STOP_SIGNS = (
    "停止", "停发", "停發", "退订", "退訂", "取消订阅", "取消訂閱", "别发", "別發", "别再", "別再", "不要再",
    "不要发", "不要發", "不想收", "打错", "打錯", "号码错", "號碼錯", "🛑",
)  # fmt: skip
_STOP_SIGNS_ALONE = frozenset({"停", "取消", "不要", "不", "不用", "不用了"})
_START = _words((
    "start", "unstop", "resume", "begin", "empezar", "comenzar", "iniciar", "reanudar", "comecar", "komanse",
    "commencer", "bat dau", "начать", "старт",
))  # fmt: skip
_START_SIGNS = frozenset({"开始", "開始"})
_HELP = _words((
    "help", "help me", "info", "who is this", "who are you", "ayuda", "ayudeme", "quien es", "quien eres", "ajuda",
    "me ajude", "quem e", "ed", "ede m", "kiyes sa ye", "aide", "aidez moi", "qui est ce", "giup", "tro giup",
    "ai vay", "ai day", "помощь", "помогите", "кто это",
))  # fmt: skip
_HELP_SIGNS = frozenset({"帮助", "幫助", "你是谁", "你是誰"})
_YES = _words((
    "yes", "y", "yeah", "yep", "yes i agree", "i agree", "si", "si quiero", "si acepto", "acepto", "sim", "aceito",
    "wi", "oui", "da co", "co", "vang", "dong y", "да", "согласен", "согласна",
))  # fmt: skip
_YES_SIGNS = frozenset({"是", "是的", "好的", "同意", "បាទ", "ចាស"})
_POLITE = _words((
    "please", "pls", "thank", "thanks", "you", "por", "favor", "gracias", "esta", "bien", "muchas", "obrigada",
    "obrigado", "mesi", "dako", "tanpri", "спасибо", "пожалуйста", "merci", "sil", "vous", "plait", "cam", "on", "xin",
    "now", "ya",
))  # fmt: skip
_AROUND = _POLITE | _words((
    "i", "id", "want", "would", "like", "to", "can", "could", "me", "my", "this", "these", "the", "your", "all", "any",
    "more", "texting", "texts", "text", "messages", "message", "messaging", "sending", "send", "from", "it", "us",
    "list", "number", "mensajes", "mensaje", "textos", "mas", "no", "quiero", "sus", "los", "estos", "de", "que",
    "aqui", "mensagens", "mais", "nao", "quero", "mesaj", "yo", "plus", "nhan", "tin", "lai", "писать", "мне",
    "больше",
))  # fmt: skip
"""Words around a no that tell no story."""
_WORD = re.compile(r"[^\W_]+")
_FEW = 3
"""Words that make no story."""


def meaning(text: str) -> Meaning:
    """What a text means. A no wins over everything else that stands in it.

    Args:
        text: its words, in any language and any case.
    """
    words = _WORD.findall(_bare(text))
    plain = " ".join(words)
    signs = "".join(letter for letter in text if letter.isalpha() or unicodedata.category(letter) in {"Mn", "Mc"})
    curt = " ".join(word for word in words if word not in _POLITE)
    if _is_no(plain, curt, text, signs):
        return Meaning.STOP_AND_MORE if _tells_more(words, plain) else Meaning.STOP
    known = ((Meaning.HELP, _HELP, _HELP_SIGNS), (Meaning.START, _START, _START_SIGNS), (Meaning.YES, _YES, _YES_SIGNS))
    for meant, phrases, alone in known:
        if {plain, curt} & phrases or signs in alone:
            return meant
    return Meaning.OTHER


def _is_no(plain: str, curt: str, text: str, signs: str) -> bool:
    if {plain, curt} & _STOP_ALONE or signs in _STOP_SIGNS_ALONE:
        return True
    if _STOP.search(plain) or any(sign in text for sign in _STOP_SIGNS):
        return True
    return any(_is_curt_no(each) for each in (plain, curt))


def _is_curt_no(plain: str) -> bool:
    if len(plain.split()) > _FEW:
        return _STOP_FIRST.match(plain) is not None
    return _STOP_FIRST.search(plain) is not None or _STOP_SHORT.search(plain) is not None


def _tells_more(words: list[str], plain: str) -> bool:
    """Whether there is more in a no than the no."""
    around = _WORD.findall(_STOP_FIRST.sub(" ", _STOP.sub(" ", plain)))
    return len(words) > _FEW and any(word not in _AROUND for word in around)


def is_told(text: str, wanted: Meaning) -> bool:
    """Whether a text of ours tells families a word, in capitals, that is understood as what is wanted.

    Args:
        text: the words of a template.
        wanted: what a family is to be able to say.
    """
    told = [word for word in _WORD.findall(text) if word == word.upper() != word.lower() or not word.isascii()]
    return any(meaning(word) is wanted for word in told)
