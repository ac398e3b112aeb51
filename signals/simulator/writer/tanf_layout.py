"""The lines of a TANF data report: where each field of a record stands, and the lines about the file itself.

Source: ACF-199, TANF Data Report, Sections One and Two; names and positions as in HHS/TANF-app (CC0),
tdrs-backend/tdpservice/parsers/schema_defs.
"""

from __future__ import annotations

from datetime import date

Cells = dict[str, object]

_CHILD = (
    "FAMILY_AFFILIATION#1 DATE_OF_BIRTH:8 SSN:9 RACE_HISPANIC:1 RACE_AMER_INDIAN:1 RACE_ASIAN:1 RACE_BLACK:1 "
    "RACE_HAWAIIAN:1 RACE_WHITE:1 SEX:1 RECEIVE_NONSSA_BENEFITS#1 RECEIVE_SSI#1 RELATIONSHIP_HOH#2 "
    "PARENT_MINOR_CHILD:1 EDUCATION_LEVEL:2 CITIZENSHIP_STATUS:1 UNEARNED_SSI#4 OTHER_UNEARNED_INCOME#4"
)
_START = "RecordType:2 RPT_MONTH_YEAR:6 CASE_NUMBER:11 "
_LAYOUTS = {
    "T1": _START
    + "COUNTY_FIPS_CODE:3 STRATUM:2 ZIP_CODE:5 FUNDING_STREAM#1 DISPOSITION#1 NEW_APPLICANT#1 NBR_FAMILY_MEMBERS#2 "
    "FAMILY_TYPE#1 RECEIVES_SUB_HOUSING#1 RECEIVES_MED_ASSISTANCE#1 RECEIVES_FOOD_STAMPS#1 "
    "AMT_FOOD_STAMP_ASSISTANCE#4 RECEIVES_SUB_CC#1 AMT_SUB_CC#4 CHILD_SUPPORT_AMT#4 FAMILY_CASH_RESOURCES#4 "
    "CASH_AMOUNT#4 NBR_MONTHS#3 CC_AMOUNT#4 CHILDREN_COVERED#2 CC_NBR_MONTHS#3 TRANSP_AMOUNT#4 TRANSP_NBR_MONTHS#3 "
    "TRANSITION_SERVICES_AMOUNT#4 TRANSITION_NBR_MONTHS#3 OTHER_AMOUNT#4 OTHER_NBR_MONTHS#3 SANC_REDUCTION_AMT#4 "
    "WORK_REQ_SANCTION#1 FAMILY_SANC_ADULT#1 SANC_TEEN_PARENT#1 NON_COOPERATION_CSE#1 FAILURE_TO_COMPLY#1 "
    "OTHER_SANCTION#1 RECOUPMENT_PRIOR_OVRPMT#4 OTHER_TOTAL_REDUCTIONS#4 FAMILY_CAP#1 REDUCTIONS_ON_RECEIPTS#1 "
    "OTHER_NON_SANCTION#1 WAIVER_EVAL_CONTROL_GRPS:1 FAMILY_EXEMPT_TIME_LIMITS#2 FAMILY_NEW_CHILD#1 BLANK:39",
    "T2": _START
    + "FAMILY_AFFILIATION#1 NONCUSTODIAL_PARENT#1 DATE_OF_BIRTH:8 SSN:9 RACE_HISPANIC:1 RACE_AMER_INDIAN:1 "
    "RACE_ASIAN:1 RACE_BLACK:1 RACE_HAWAIIAN:1 RACE_WHITE:1 SEX:1 FED_OASDI_PROGRAM#1 FED_DISABILITY_STATUS#1 "
    "DISABLED_TITLE_XIVAPDT:1 AID_AGED_BLIND:1 RECEIVE_SSI#1 MARITAL_STATUS:1 RELATIONSHIP_HOH#2 "
    "PARENT_MINOR_CHILD:1 NEEDS_PREGNANT_WOMAN:1 EDUCATION_LEVEL:2 CITIZENSHIP_STATUS:1 COOPERATION_CHILD_SUPPORT:1 "
    "MONTHS_FED_TIME_LIMIT#3 MONTHS_STATE_TIME_LIMIT#2 CURRENT_MONTH_STATE_EXEMPT#1 EMPLOYMENT_STATUS#1 "
    "WORK_ELIGIBLE_INDICATOR#2 WORK_PART_STATUS#2 UNSUB_EMPLOYMENT#2 SUB_PRIVATE_EMPLOYMENT#2 "
    "SUB_PUBLIC_EMPLOYMENT#2 WORK_EXPERIENCE_HOP#2 WORK_EXPERIENCE_EA#2 WORK_EXPERIENCE_HOL#2 OJT#2 "
    "JOB_SEARCH_HOP#2 JOB_SEARCH_EA#2 JOB_SEARCH_HOL#2 COMM_SERVICES_HOP#2 COMM_SERVICES_EA#2 COMM_SERVICES_HOL#2 "
    "VOCATIONAL_ED_TRAINING_HOP#2 VOCATIONAL_ED_TRAINING_EA#2 VOCATIONAL_ED_TRAINING_HOL#2 "
    "JOB_SKILLS_TRAINING_HOP#2 JOB_SKILLS_TRAINING_EA#2 JOB_SKILLS_TRAINING_HOL#2 ED_NO_HIGH_SCHOOL_DIPL_HOP#2 "
    "ED_NO_HIGH_SCHOOL_DIPL_EA#2 ED_NO_HIGH_SCHOOL_DIPL_HOL#2 SCHOOL_ATTENDENCE_HOP#2 SCHOOL_ATTENDENCE_EA#2 "
    "SCHOOL_ATTENDENCE_HOL#2 PROVIDE_CC_HOP#2 PROVIDE_CC_EA#2 PROVIDE_CC_HOL#2 OTHER_WORK_ACTIVITIES#2 "
    "DEEMED_HOURS_FOR_OVERALL#2 DEEMED_HOURS_FOR_TWO_PARENT#2 EARNED_INCOME#4 UNEARNED_INCOME_TAX_CREDIT#4 "
    "UNEARNED_SOCIAL_SECURITY#4 UNEARNED_SSI#4 UNEARNED_WORKERS_COMP#4 OTHER_UNEARNED_INCOME#4",
    "T3": _START.rstrip(),
    "T4": _START
    + "COUNTY_FIPS_CODE:3 STRATUM:2 ZIP_CODE:5 DISPOSITION#1 CLOSURE_REASON:2 REC_SUB_HOUSING#1 REC_MED_ASSIST#1 "
    "REC_FOOD_STAMPS#1 REC_SUB_CC#1 BLANK:35",
    "T5": _START
    + "FAMILY_AFFILIATION#1 DATE_OF_BIRTH:8 SSN:9 RACE_HISPANIC:1 RACE_AMER_INDIAN:1 RACE_ASIAN:1 RACE_BLACK:1 "
    "RACE_HAWAIIAN:1 RACE_WHITE:1 SEX:1 REC_OASDI_INSURANCE#1 REC_FEDERAL_DISABILITY#1 REC_AID_TOTALLY_DISABLED#1 "
    "REC_AID_AGED_BLIND#1 REC_SSI#1 MARITAL_STATUS:1 RELATIONSHIP_HOH#2 PARENT_MINOR_CHILD:1 "
    "NEEDS_OF_PREGNANT_WOMAN:1 EDUCATION_LEVEL:2 CITIZENSHIP_STATUS:1 COUNTABLE_MONTH_FED_TIME#3 "
    "COUNTABLE_MONTHS_STATE_TRIBE#2 EMPLOYMENT_STATUS#1 AMOUNT_EARNED_INCOME#4 AMOUNT_UNEARNED_INCOME#4",
    "child": _CHILD,
}
"""Fields in their order with their widths: `#` before that of a number, which is filled with zeros."""


def _fields(layout: str) -> tuple[tuple[str, int, bool], ...]:
    found = []
    for field in layout.split():
        number = "#" in field
        name, width = field.split("#" if number else ":")
        found.append((name, int(width), number))
    return tuple(found)


FIELDS = {record: _fields(layout) for record, layout in _LAYOUTS.items()}
"""Name, width, and whether it is a number, of each field of a record in its order; two of `child` follow T3's."""
_T3_WIDTH = 156


def line(record: str, cells: Cells) -> str:
    """A line of a record.

    Args:
        record: T1, T2, T4, T5; or `child`, which is a part of a line.
        cells: by field; a number that is left out is zero, a text blank.

    Raises:
        ValueError: a cell is wider than its field.
    """
    return "".join(_cell(cells.get(name), width, number=number) for name, width, number in FIELDS[record])


def children(start: Cells, first: Cells, second: Cells | None) -> str:
    """A T3 line, which has room for two children side by side."""
    found = line("T3", start) + line("child", first) + (line("child", second) if second else "")
    return found.ljust(_T3_WIDTH)


def header(month: date, section: str) -> str:
    """The first line of a file.

    Args:
        month: any day of the quarter that is reported.
        section: A for families on assistance, C for closed cases.
    """
    return f"HEADER{month.year}{(month.month + 2) // 3}{section}25   TAN1 D"


def trailer(count: int) -> str:
    """The last line of a file: how many lines stand between it and the first."""
    return f"TRAILER{count:07d}".ljust(23)


def _cell(value: object, width: int, *, number: bool) -> str:
    text = "" if value is None else str(value)
    found = text.rjust(width, "0") if number else text.ljust(width)
    if len(found) > width:
        raise ValueError(f"a field is {width} wide")
    return found
