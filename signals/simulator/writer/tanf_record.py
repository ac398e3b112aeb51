"""The cells of TANF records: a family on assistance, the people in it, and a closed case.

Source of the codes: ACF-199, TANF Data Report, Sections One and Two.
"""

from __future__ import annotations

from datetime import date

from signals.simulator.history import Assistance
from signals.simulator.place import Address
from signals.simulator.population import Person
from signals.simulator.writer.tanf_layout import Cells

REASONS = {
    "earnings": "01",
    "time_limit": "03",
    "sanction": "04",
    "income": "12",
    "no_child": "14",
    "paperwork": "16",
    "requested": "18",
}
"""Codes of closure reasons; anything else is 99, other."""
_COUNTIES = {
    "Boston": "025", "Worcester": "027", "Springfield": "013", "Lowell": "017", "Lawrence": "009", "Brockton": "023",
    "Lynn": "009", "Fall River": "005", "New Bedford": "005", "Holyoke": "013", "Chelsea": "025", "Revere": "025",
    "Everett": "017", "Malden": "017", "Quincy": "021", "Randolph": "021", "Framingham": "017", "Fitchburg": "027",
    "Pittsfield": "003", "Haverhill": "009", "Chicopee": "013", "Taunton": "005", "Leominster": "027", "Hyannis": "001",
}  # fmt: skip
"""Source: FIPS 6-4, counties of Massachusetts."""
_YES, _NO = 1, 2
_HEAD, _SPOUSE, _CHILD = 1, 2, 4
_GRADES_FROM = 6
_FEDERAL_LIMIT, _STATE_LIMIT = 60, 24
"""Months. Source: 45 CFR 264.1; M.G.L. c.118 s.1, of the last sixty."""
_REDUCED = 0.3
"""Share of the grant that a sanction takes. Invented."""


def months_counted(spell: Assistance, month: date) -> int:
    """How many months of federal money a family has had by a month.

    Args:
        spell: the time on assistance.
        month: the month, which counts.
    """
    begun = spell.began_on
    return min(max((month.year - begun.year) * 12 + month.month - begun.month + 1, 0), _FEDERAL_LIMIT)


def family(spell: Assistance, address: Address, members: int, *, sanctioned: bool, food: int) -> Cells:
    """Cells of a T1 record.

    Args:
        spell: the time on assistance.
        address: where the family lives.
        members: how many they are.
        sanctioned: whether the grant is reduced this month.
        food: dollars of SNAP this month.
    """
    reduced = int(spell.monthly * _REDUCED) if sanctioned else 0
    return {
        **_place(address),
        "FUNDING_STREAM": 1,
        "DISPOSITION": 1,
        "NEW_APPLICANT": _NO,
        "NBR_FAMILY_MEMBERS": members,
        "FAMILY_TYPE": 1,
        "RECEIVES_SUB_HOUSING": 3,
        "RECEIVES_MED_ASSISTANCE": _YES,
        "RECEIVES_FOOD_STAMPS": _YES if food else _NO,
        "AMT_FOOD_STAMP_ASSISTANCE": food,
        "CASH_AMOUNT": spell.monthly - reduced,
        "NBR_MONTHS": 1,
        "SANC_REDUCTION_AMT": reduced,
        "WORK_REQ_SANCTION": _YES if sanctioned else _NO,
        **dict.fromkeys(("FAMILY_SANC_ADULT", "SANC_TEEN_PARENT", "NON_COOPERATION_CSE", "FAILURE_TO_COMPLY"), _NO),
        **dict.fromkeys(("OTHER_SANCTION", "FAMILY_CAP", "REDUCTIONS_ON_RECEIPTS", "OTHER_NON_SANCTION"), _NO),
        "FAMILY_EXEMPT_TIME_LIMITS": 1,
        "FAMILY_NEW_CHILD": _NO,
    }


def grown_up(order: int, person: Person, counted: int) -> Cells:
    """Cells of a T2 record, but for who it is.

    Args:
        order: 0 for the head of the family.
        person: somebody of age, who may be a child of the family still.
        counted: months of federal money so far.
    """
    return {
        "FAMILY_AFFILIATION": 1,
        "NONCUSTODIAL_PARENT": _NO,
        "RELATIONSHIP_HOH": _relation(order, person),
        "PARENT_MINOR_CHILD": 1 if person.adult else 3,
        "COOPERATION_CHILD_SUPPORT": 1,
        "MONTHS_FED_TIME_LIMIT": counted if person.adult else 0,
        "MONTHS_STATE_TIME_LIMIT": max(_STATE_LIMIT - counted, 0),
        "EMPLOYMENT_STATUS": 2,
        "WORK_ELIGIBLE_INDICATOR": 1,
        "WORK_PART_STATUS": 19,
        "EDUCATION_LEVEL": "99",
        **dict.fromkeys(("FED_OASDI_PROGRAM", "FED_DISABILITY_STATUS", "RECEIVE_SSI"), _NO),
    }


def child(person: Person, month: date) -> Cells:
    """A child's cells of a T3 record, but for who it is.

    Args:
        person: the child.
        month: that is reported.
    """
    return {
        "FAMILY_AFFILIATION": 1,
        "RECEIVE_NONSSA_BENEFITS": _NO,
        "RECEIVE_SSI": _NO,
        "RELATIONSHIP_HOH": _CHILD,
        "PARENT_MINOR_CHILD": 3,
        "EDUCATION_LEVEL": _grade(person, month),
        "CITIZENSHIP_STATUS": 9,
    }


def closed_case(address: Address, reason: str) -> Cells:
    """Cells of a T4 record.

    Args:
        address: where the family lives.
        reason: the code of why it was closed.
    """
    return {
        **_place(address),
        "DISPOSITION": 1,
        "CLOSURE_REASON": reason,
        "REC_SUB_HOUSING": 3,
        "REC_MED_ASSIST": _YES,
        "REC_FOOD_STAMPS": _YES,
        "REC_SUB_CC": 3,
    }


def closed_person(order: int, person: Person, month: date, counted: int) -> Cells:
    """Cells of a T5 record, but for who it is.

    Args:
        order: 0 for the head of the family.
        person: somebody in the closed case.
        month: that is reported.
        counted: months of federal money in all.
    """
    return {
        "FAMILY_AFFILIATION": 1,
        "REC_SSI": _NO,
        "RELATIONSHIP_HOH": _relation(order, person),
        "EDUCATION_LEVEL": "99" if person.adult else _grade(person, month),
        "CITIZENSHIP_STATUS": 9,
        "COUNTABLE_MONTH_FED_TIME": counted if person.adult else 0,
    }


def _relation(order: int, person: Person) -> int:
    return (_SPOUSE if order else _HEAD) if person.adult else _CHILD


def _place(address: Address) -> Cells:
    return {"COUNTY_FIPS_CODE": _COUNTIES[address.city], "STRATUM": "01", "ZIP_CODE": address.postcode}


def _grade(person: Person, month: date) -> str:
    """The years of school behind a child; 98 where there are none."""
    years = person.age(month) - _GRADES_FROM
    return f"{years:02d}" if years > 0 else "98"
