"""The headers of the files of an HMIS CSV export, in their order; and the rows that are about no person.

Source: HUD HMIS CSV Format Specifications FY2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from signals.simulator.period import Period

Row = dict[str, object]

_EXPORT = "2026"
_USER = "41"
_SHELTERS = ("Lanternwick", "Gullhaven", "Millwheel", "Harborlight", "Hearthstead", "Ropewalker")


def _headers(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CLIENT = _headers(
    "PersonalID FirstName MiddleName LastName NameSuffix NameDataQuality SSN SSNDataQuality DOB DOBDataQuality Sex "
    "AmIndAKNative Asian BlackAfAmerican HispanicLatinao MidEastNAfrican NativeHIPacific White RaceNone "
    "AdditionalRaceEthnicity VeteranStatus YearEnteredService YearSeparated WorldWarII KoreanWar VietnamWar "
    "DesertStorm AfghanistanOEF IraqOIF IraqOND OtherTheater MilitaryBranch DischargeStatus DateCreated DateUpdated "
    "UserID DateDeleted ExportID"
)
ENROLLMENT = _headers(
    "EnrollmentID PersonalID ProjectID EntryDate HouseholdID RelationshipToHoH EnrollmentCoC LivingSituation "
    "RentalSubsidyType LengthOfStay LOSUnderThreshold PreviousStreetESSH DateToStreetESSH "
    "TimesHomelessPastThreeYears MonthsHomelessPastThreeYears DisablingCondition DateOfEngagement MoveInDate "
    "DateOfPATHStatus ClientEnrolledInPATH ReasonNotEnrolled PercentAMI ReferralSource "
    "CountOutreachReferralApproaches DateOfBCPStatus EligibleForRHY ReasonNoServices RunawayYouth "
    "FormerWardChildWelfare ChildWelfareYears ChildWelfareMonths FormerWardJuvenileJustice JuvenileJusticeYears "
    "JuvenileJusticeMonths UnemploymentFam MentalHealthDisorderFam PhysicalDisabilityFam AlcoholDrugUseDisorderFam "
    "InsufficientIncome IncarceratedParent VAMCStation TargetScreenReqd TimeToHousingLoss AnnualPercentAMI "
    "LiteralHomelessHistory ClientLeaseholder HOHLeaseholder SubsidyAtRisk EvictionHistory CriminalRecord "
    "IncarceratedAdult PrisonDischarge SexOffender DisabledHoH CurrentPregnant SingleParent DependentUnder6 HH5Plus "
    "CoCPrioritized HPScreeningScore ThresholdScore MentalHealthConsultation DateCreated DateUpdated UserID "
    "DateDeleted ExportID"
)
EXIT = _headers(
    "ExitID EnrollmentID PersonalID ExitDate Destination DestinationSubsidyType OtherDestination HousingAssessment "
    "SubsidyInformation ProjectCompletionStatus EarlyExitReason ExchangeForSex ExchangeForSexPastThreeMonths "
    "CountOfExchangeForSex AskedOrForcedToExchangeForSex AskedOrForcedToExchangeForSexPastThreeMonths "
    "WorkPlaceViolenceThreats WorkplacePromiseDifference CoercedToContinueWork LaborExploitPastThreeMonths "
    "CounselingReceived IndividualCounseling FamilyCounseling GroupCounseling SessionCountAtExit "
    "PostExitCounselingPlan SessionsInPlan DestinationSafeClient DestinationSafeWorker PosAdultConnections "
    "PosPeerConnections PosCommunityConnections AftercareDate AftercareProvided EmailSocialMedia Telephone "
    "InPersonIndividual InPersonGroup CMExitReason DateCreated DateUpdated UserID DateDeleted ExportID"
)
PROJECT = _headers(
    "ProjectID OrganizationID ProjectName ProjectCommonName OperatingStartDate OperatingEndDate ContinuumProject "
    "ProjectType HousingType RRHSubType ResidentialAffiliation TargetPopulation HOPWAMedAssistedLivingFac PITCount "
    "DateCreated DateUpdated UserID DateDeleted ExportID"
)
EXPORT = _headers(
    "ExportID SourceType SourceID SourceName SourceContactFirst SourceContactLast SourceContactPhone "
    "SourceContactExtension SourceContactEmail ExportDate ExportStartDate ExportEndDate SoftwareName SoftwareVersion "
    "CSVVersion ExportPeriodType ExportDirective HashStatus ImplementationID"
)


def project_id(household: int) -> str:
    """The shelter that takes in a household."""
    return str(1300 + household % len(_SHELTERS))


def stamp(written: str) -> Row:
    """What every row ends with: when it was written, by whom, and for which export."""
    return {"DateCreated": written, "DateUpdated": written, "UserID": _USER, "ExportID": _EXPORT}


def projects(period: Period) -> Iterator[Row]:
    """The shelters, which were there before anybody entered them."""
    began, moment = date(period.first.year - 8, 7, 1), f"{period.first - timedelta(days=30)} 09:00:00"
    for number, stem in enumerate(_SHELTERS):
        yield {
            "ProjectID": project_id(number),
            "OrganizationID": str(1200 + number // 2),
            "ProjectName": f"{stem} Family Shelter",
            "OperatingStartDate": began,
            "ContinuumProject": 1,
            "ProjectType": 0,
            "HousingType": 1,
            "TargetPopulation": 4,
            **stamp(moment),
        }


def export(period: Period) -> Row:
    """What the export says of itself."""
    return {
        "ExportID": _EXPORT,
        "SourceType": 1,
        "SourceName": "Invented Continuum of Care",
        "SourceContactPhone": "6175550100",
        "SourceContactEmail": "hmis@shelters.example",
        "ExportDate": f"{period.last} 23:00:00",
        "ExportStartDate": period.first,
        "ExportEndDate": period.last,
        "SoftwareName": "Hearthline simulator",
        "CSVVersion": "2026 v1.0",
        "ExportPeriodType": 3,
        "ExportDirective": 2,
        "HashStatus": 1,
    }
