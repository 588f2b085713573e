"""The eleven formats: how long a record of each may run, and what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from types import MappingProxyType

IN_PERSON = "in_person"
LIVE_STREAMED = "live_streamed"
ONLINE = "online"
PRINT_OTHER = "print_other"

DELIVERY_METHODS = (IN_PERSON, LIVE_STREAMED, ONLINE, PRINT_OTHER)
LIVE_METHODS = (IN_PERSON, LIVE_STREAMED)

REGULARLY_SCHEDULED_SERIES = "regularly_scheduled_series"
LIVE_COURSE = "live_course"
ENDURING_MATERIAL = "enduring_material"
PERFORMANCE_QUALITY_IMPROVEMENT = "performance_quality_improvement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of activity, with the help a person needs to report it.

    `unit` says what one record stands for, `credit` what its credits are the sum of,
    and `counting` who is counted as a learner, and how often.
    """

    code: str
    name: str
    unit: str
    credit: str
    counting: str
    max_years: int = 1
    delivery_methods: tuple[str, ...] = ()
    legacy_codes: tuple[str, ...] = ()

    @property
    def max_period(self) -> str:
        """Return how long a record may run, in words."""
        return "12 months" if self.max_years == 1 else f"{self.max_years} years"


def latest_end(activity_format: Format, start: date) -> date:
    """Return the last day on which a record of this format that starts then may end.

    That is the day before the start's anniversary. The longest period is an odd number
    of years, so 29 February has none; its anniversary is 1 March, and the record ends on
    28 February at the latest.
    """
    year = start.year + activity_format.max_years
    if year > MAXYEAR:
        return date.max
    leap_day = (start.month, start.day) == (2, 29)
    anniversary = date(year, 3, 1) if leap_day else start.replace(year=year)
    return anniversary - timedelta(days=1)


_TABLE = (
    Format(
        code=LIVE_COURSE,
        name="Live Course",
        delivery_methods=LIVE_METHODS,
        legacy_codes=("C", "IL"),
        unit="One event that learners attend in real time, such as an annual meeting or a"
        " seminar. Each repeat for another audience is a record of its own.",
        credit="The hours of all educational sessions of the event together.",
        counting="The learners of the event as a whole, not of its sessions.",
    ),
    Format(
        code=REGULARLY_SCHEDULED_SERIES,
        name="Regularly Scheduled Series",
        delivery_methods=LIVE_METHODS,
        legacy_codes=("RSS",),
        unit="One whole series of ongoing sessions for largely the same audience, such as"
        " grand rounds or a tumor board; longer than 12 months, one record per year.",
        credit="The credits of the whole series, not of a session: 52 weekly hours are 52.",
        counting="Each learner once for every session attended: 20 learners in each of 52"
        " sessions are 1,040.",
    ),
    Format(
        code=ENDURING_MATERIAL,
        name="Enduring Material",
        max_years=3,
        delivery_methods=(ONLINE, PRINT_OTHER),
        legacy_codes=("EM", "IEM"),
        unit="One material for as long as it is offered, up to 3 years, also across calendar"
        " years. Longer, it is a new record.",
        credit="The time one learner needs for the material.",
        counting="Cumulative since the start; brought up to December 31 for every year in"
        " which the material is active.",
    ),
    Format(
        code="journal_cme",
        name="Journal CME/CE",
        legacy_codes=("JN",),
        unit="One journal, or one article of a peer-reviewed professional journal, as the"
        " provider chooses.",
        credit="The time needed to complete the activity.",
        counting="The individuals who completed the activity.",
    ),
    Format(
        code="manuscript_review",
        name="Manuscript Review",
        legacy_codes=("MR",),
        unit="One journal for which manuscripts are reviewed, however many manuscripts and"
        " reviewers there are.",
        credit="The time a reviewer typically takes for the activity.",
        counting="The distinct individuals who reviewed manuscripts.",
    ),
    Format(
        code="test_item_writing",
        name="Test-Item Writing",
        legacy_codes=("TIW",),
        unit="One activity in which physicians research, draft and defend items for an"
        " examination or a self-assessment.",
        credit="The time one participant takes.",
        counting="The participants who wrote test items.",
    ),
    Format(
        code="committee_learning",
        name="Committee Learning",
        delivery_methods=LIVE_METHODS,
        legacy_codes=("CML",),
        unit="One committee, however often it meets.",
        credit="The total time of learning in the committee.",
        counting="The participants in the committee.",
    ),
    Format(
        code=PERFORMANCE_QUALITY_IMPROVEMENT,
        name="Performance/Quality Improvement",
        legacy_codes=("PI",),
        unit="One activity of three stages: practice is measured, changed, and measured again.",
        credit="The time a learner takes to complete the improvement.",
        counting="The distinct individuals who took part.",
    ),
    Format(
        code="internet_searching_and_learning",
        name="Internet Searching and Learning",
        legacy_codes=("ISL",),
        unit="All searching by all learners in the vetted sources, point of care learning"
        " included: one record, not one per article.",
        credit="The time one learner spends: half an hour is 0.5.",
        counting="The distinct individuals who took part.",
    ),
    Format(
        code="learning_from_teaching",
        name="Learning from Teaching",
        legacy_codes=("LFT",),
        unit="The learning projects of all who prepare to teach, in one record.",
        credit="The most that one learner could earn.",
        counting="The individuals who took part.",
    ),
    Format(
        code="other_blended",
        name="Other/Blended Learning",
        delivery_methods=DELIVERY_METHODS,
        legacy_codes=("O",),
        unit="One activity of a hybrid, new or unique kind that no other format fits.",
        credit="The hours of the activity.",
        counting="The participants in the activity.",
    ),
)

FORMATS: Mapping[str, Format] = MappingProxyType({row.code: row for row in _TABLE})

FORMAT_OF_LEGACY_CODE: Mapping[str, Format] = MappingProxyType(
    {code: row for row in _TABLE for code in row.legacy_codes}
)
