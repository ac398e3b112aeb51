"""Names of people who do not exist: put together at random, after the communities that live in Massachusetts.

The lists are our own. Family names of the first community are coined; those of the others are so common that they say
nothing about anybody. Shares are invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """How families of one origin are called.

    Args:
        share: of all households.
        language: that most of them speak at home: ISO 639-1.
        female: first names of girls and women.
        male: first names of boys and men.
        last: family names.
        middle: middle names; empty where people mostly have none.
        surnames: how many family names a person bears; with two, a child has one of each parent.
        family_first: whether the family name is said first, so that forms get it wrong.
    """

    share: float
    language: str
    female: tuple[str, ...]
    male: tuple[str, ...]
    last: tuple[str, ...]
    middle: tuple[str, ...] = ()
    surnames: int = 1
    family_first: bool = False


def _list(names: str) -> tuple[str, ...]:
    """Names out of a text: `_` stands for the space inside one."""
    return tuple(name.replace("_", " ") for name in names.split())


COMMUNITIES = (
    Community(
        share=0.42,
        language="en",
        female=_list(
            "Abigail Norah Tess Maren Kaylee Brianna Deirdre Siobhan Shanelle Imani Ebony Rosalind Margaret Katherine "
            "Elizabeth Jennifer Patricia Susan Rebecca Christine Theresa Dorothy Samantha Alexandra Gwendolyn Nia"
        ),
        male=_list(
            "Brendan Declan Tyrell Marcus Jamal Owen Caleb Wesley Gideon Desmond William Robert Michael Joseph Thomas "
            "Edward Daniel Matthew Anthony Nicholas Benjamin Samuel Timothy Gregory Alexander Silas"
        ),
        last=_list(
            "Ashmere Brindlecote Calderwick Dunnemore Ellingrove Farthinghale Greyloch Hollowbrook Inglefort Jessamore "
            "Kestrelby Larkwell Marblethorpe Netherfold Oakhollin Penhallow Quillmarsh Ravensleigh Saltmeadow "
            "Thornevale Underhay Vantreece Wexcombe Yarrowby O'Dunleary O'Mallorin MacTarrish Fitzharrow Birchwater "
            "Copperfen Duskfield Emberleigh Fallowmere Gatesworthy Harrowgate-Finn Larkin-Moss Stonebridle Winterhew"
        ),
        middle=_list("Ann Marie Lee Rose James Lynn Jean Paul John Grace Dawn Francis"),
    ),
    Community(
        share=0.22,
        language="es",
        female=_list(
            "Yesenia María_José Marisol Altagracia Xiomara Luz_Celenia Noemí Wanda Dolores Guadalupe Rosario Isabel "
            "Milagros Yadira Ángela Zoraida Nélida Concepción Maribel Esperanza Itzel Francisca"
        ),
        male=_list(
            "José_Luis Ángel Héctor Wilfredo Ramón Jesús Germán Efraín Francisco Rafael Alejandro Joaquín Raúl "
            "Edwin Luis_Ángel Domingo Santiago Andrés Félix Rubén Ignacio Tomás"
        ),
        last=_list(
            "Rodríguez Núñez Peña Báez Cruz Maldonado Vélez Marte Polanco Quiñones Lebrón De_León Ayala Figueroa "
            "Guzmán Castañeda Rosario Tejada Santiago Zúñiga Ordóñez Menjívar Cotto Pagán Rentas Colón"
        ),
        surnames=2,
    ),
    Community(
        share=0.12,
        language="pt",
        female=_list(
            "Conceição Fátima Inês Joana Lúcia Graça Adelaide Jussara Tatiane Edna Filomena Zuleica Natália Luciana "
            "Eugénia Arlinda Djamila Rosângela"
        ),
        male=_list(
            "João Antônio José Manuel Nuno Edmilson Adilson Joaquim Gonçalo Valdir Nélson Anselmo Baltazar Hélder "
            "Estêvão Vítor Osvaldo Márcio"
        ),
        last=_list(
            "da_Silva Medeiros Furtado Correia Gonçalves Tavares Monteiro de_Andrade Pacheco Barbosa Araújo Lopes Pina "
            "Évora Cabral Fontes Semedo dos_Santos Teixeira Raposo"
        ),
        surnames=2,
    ),
    Community(
        share=0.09,
        language="ht",
        female=_list(
            "Marie-Ange Fabienne Roseline Mirlande Guerda Widline Nadège Islande Ketsia Dieula Lovelie Yolande Fédline "
            "Rose-Mène Wideline Jésula"
        ),
        male=_list(
            "Jean-Robert Wisly Frantz Evens Rénald Kervens Emmanuel Jacquelin Woodley Stanley Ronel Dieudonné Fritzner "
            "Wilguens Yvenson Mackendy"
        ),
        last=_list(
            "Jean-Baptiste Pierre-Louis Désir Toussaint Estimé Lafleur Dorvil Célestin Fleurimond Exantus Belizaire "
            "Noël Saint-Fleur Louissaint Metellus Théodore Joseph Charles"
        ),
    ),
    Community(
        share=0.06,
        language="vi",
        female=_list("Lan Hương Mai Thu Hạnh Linh Thảo Phương Yến Trang Diệu Ngọc Bích Quỳnh"),
        male=_list("Minh Tuấn Hùng Dũng Quang Thành Đức Khánh Hải Long Phúc Bảo Nghĩa Trung"),
        last=_list("Nguyễn Trần Lê Phạm Huỳnh Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý"),
        middle=_list("Thị Văn Hữu Ngọc Thanh Kim Xuân Gia"),
        family_first=True,
    ),
    Community(
        share=0.05,
        language="km",
        female=_list("Sophea Sreymom Chanthy Bopha Kunthea Sokha Channary Rachana Maly Sothea Theary Pisey Sopheap"),
        male=_list("Sovann Rithy Vuthy Samnang Veasna Sokhom Ratanak Piseth Vannak Narith Chamroeun Phirun Bunthoeun"),
        last=_list("Chea Keo Sok Chhim Prak Som Ouk Seng Heng Mao Pich Ros Kong Nhem Tep Yim Chhoeun Khiev Uch Sin"),
        family_first=True,
    ),
    Community(
        share=0.025,
        language="zh",
        female=_list("Meiling Xiuying Yuhua Lihua Jingyi Xiaoyan Shufen Qiaoling Wenjing Huimin Yanfang Suzhen"),
        male=_list("Weiming Jianguo Zhiqiang Haoran Guoqiang Yonghui Junjie Mingzhe Shaowei Kaiwen Zhenyu Bolin"),
        last=_list("Chen Huang Lin Liang Zhao Guan Deng Luo Tan Xie Feng Zhuang Cai Ye Ruan Kuang"),
        family_first=True,
    ),
    Community(
        share=0.015,
        language="ru",
        female=_list("Oksana Ludmila Svetlana Irina Natalya Galina Tatyana Yelena Vera Marina Nadezhda Larisa"),
        male=_list("Dmitri Sergei Alexei Vladimir Andrei Yuri Oleg Mikhail Igor Konstantin Viktor Pavel"),
        last=_list("Kuznets Sokolenko Orlenko Morozchuk Belinsky Zaytsman Kravitz Lebedko Petrovich Voronin Gurevich"),
        middle=_list("Ivanovich Petrovna Borisovna"),
    ),
)

SUFFIXES = ("Jr.", "II", "III")

NICKNAMES = {
    "Abigail": "Abby", "Katherine": "Kate", "Elizabeth": "Liz", "Jennifer": "Jen", "Patricia": "Pat",
    "Rebecca": "Becky", "Christine": "Chris", "Theresa": "Terry", "Dorothy": "Dot", "Samantha": "Sam",
    "Alexandra": "Alex", "Margaret": "Peg", "William": "Bill", "Robert": "Bob", "Michael": "Mike", "Joseph": "Joe",
    "Thomas": "Tom", "Edward": "Ted", "Daniel": "Dan", "Matthew": "Matt", "Anthony": "Tony", "Nicholas": "Nick",
    "Benjamin": "Ben", "Samuel": "Sam", "Timothy": "Tim", "Gregory": "Greg", "Alexander": "Alex",
    "Francisco": "Paco", "José Luis": "Pepe", "Guadalupe": "Lupe", "Dolores": "Lola", "Isabel": "Chabela",
    "Rosario": "Charo", "Concepción": "Concha", "Rafael": "Rafi", "Alejandro": "Alex", "Ignacio": "Nacho",
    "José": "Zé", "João": "Joãozinho", "Antônio": "Toninho", "Manuel": "Manny", "Fátima": "Fati",
    "Emmanuel": "Manno", "Marie-Ange": "Marie", "Jean-Robert": "Robert", "Stanley": "Stan",
    "Minh": "Michael", "Lan": "Lana", "Hùng": "Henry", "Sovann": "Van", "Sophea": "Sophie",
}  # fmt: skip
"""What people are called at a counter, where it is not what their papers say."""

SPELLINGS = (
    ("Sok", "Sokh"), ("Ouk", "Uk"), ("Chhim", "Chim"), ("oeun", "oun"), ("Ch", "Tch"), ("Y", "J"), ("z", "s"),
    ("ph", "p"), ("th", "t"), ("ie", "y"), ("ou", "u"), ("ck", "k"), ("ll", "l"), ("nn", "n"), ("es", "ez"),
)  # fmt: skip
"""Ways in which one sound is written by another clerk, or was written in another alphabet's turn."""


def choose(rng: np.random.Generator, among: tuple[str, ...]) -> str:
    """One of several, each as likely."""
    return among[int(rng.random() * len(among))]
