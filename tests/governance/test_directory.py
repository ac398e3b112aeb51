"""The directory: who takes part in the memorandum, who coordinates, and who answers for which agreement."""

from __future__ import annotations

from governance.directory import directory, participants
from governance.ids import AgreementId
from governance.standing import MouStanding
from tests.governance.papers import LUNCH, SNAP, Office, usual

MOU_ID = AgreementId("MOU-STATEWIDE")


def memorandum(house: Office) -> MouStanding:
    standing = house.register.mou()
    assert standing is not None
    return standing


def test_an_agency_that_left_stays_on_the_list_and_may_come_back() -> None:
    house = usual()
    house.register.leave(MOU_ID, "DTA", by="coordinator-1")
    signed = {"DTA": ("Ada Invented", "2023-12-01T10:00:00-05:00")}
    by_agency = {each.agency: each for each in participants(memorandum(house), signed)}
    assert set(by_agency) == {"DTA", "DESE", "EOHHS"}
    assert not by_agency["DTA"].takes_part and by_agency["DTA"].left
    assert by_agency["DESE"].takes_part and not by_agency["DESE"].left
    house.register.join(MOU_ID, "DTA", "Ada Invented", by="coordinator-1")
    by_agency = {each.agency: each for each in participants(memorandum(house), signed)}
    assert by_agency["DTA"].takes_part and not by_agency["DTA"].left


def test_everybody_who_answers_for_an_agreement_in_force_is_listed() -> None:
    house = usual()
    listed = {(each.agency, each.agreement, each.office): each.who for each in directory(house.register.papers())}
    assert listed["DTA", SNAP, "steward"] == "Bo Invented"
    assert listed["EOHHS", SNAP, "privacy officer"] == "Ed Invented"
    house.register.terminate(LUNCH, by="steward-1")
    assert {each.agreement for each in directory(house.register.papers())} == {SNAP}
