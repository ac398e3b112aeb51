"""The headers of the files of an HMIS CSV export, in their order.

Source: HUD HMIS CSV Format Specifications FY2026.
"""

from __future__ import annotations

CLIENT = tuple(
    "PersonalID FirstName MiddleName LastName NameSuffix NameDataQuality SSN SSNDataQuality DOB DOBDataQuality Sex "
    "AmIndAKNative Asian BlackAfAmerican HispanicLatinao MidEastNAfrican NativeHIPacific White RaceNone "
    "AdditionalRaceEthnicity VeteranStatus YearEnteredService YearSeparated WorldWarII KoreanWar VietnamWar "
    "DesertStorm AfghanistanOEF IraqOIF IraqOND OtherTheater MilitaryBranch DischargeStatus DateCreated DateUpdated "
    "UserID DateDeleted ExportID".split()
)
ENROLLMENT = tuple(
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
    "DateDeleted ExportID".split()
)
EXIT = tuple(
    "ExitID EnrollmentID PersonalID ExitDate Destination DestinationSubsidyType OtherDestination HousingAssessment "
    "SubsidyInformation ProjectCompletionStatus EarlyExitReason ExchangeForSex ExchangeForSexPastThreeMonths "
    "CountOfExchangeForSex AskedOrForcedToExchangeForSex AskedOrForcedToExchangeForSexPastThreeMonths "
    "WorkPlaceViolenceThreats WorkplacePromiseDifference CoercedToContinueWork LaborExploitPastThreeMonths "
    "CounselingReceived IndividualCounseling FamilyCounseling GroupCounseling SessionCountAtExit "
    "PostExitCounselingPlan SessionsInPlan DestinationSafeClient DestinationSafeWorker PosAdultConnections "
    "PosPeerConnections PosCommunityConnections AftercareDate AftercareProvided EmailSocialMedia Telephone "
    "InPersonIndividual InPersonGroup CMExitReason DateCreated DateUpdated UserID DateDeleted ExportID".split()
)
PROJECT = tuple(
    "ProjectID OrganizationID ProjectName ProjectCommonName OperatingStartDate OperatingEndDate ContinuumProject "
    "ProjectType HousingType RRHSubType ResidentialAffiliation TargetPopulation HOPWAMedAssistedLivingFac PITCount "
    "DateCreated DateUpdated UserID DateDeleted ExportID".split()
)
EXPORT = tuple(
    "ExportID SourceType SourceID SourceName SourceContactFirst SourceContactLast SourceContactPhone "
    "SourceContactExtension SourceContactEmail ExportDate ExportStartDate ExportEndDate SoftwareName SoftwareVersion "
    "CSVVersion ExportPeriodType ExportDirective HashStatus ImplementationID".split()
)
