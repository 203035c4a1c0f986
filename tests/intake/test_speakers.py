"""Who speaks for whom: the same ways of saying it, with people and bodies of other kinds."""

from typing import NamedTuple

import pytest

from intake.known import gather_known
from intake.reading import read_article

NOTHING = gather_known([])


class Talks(NamedTuple):
    """How talks are introduced, and who takes part: the firm, the official's name, words for the
    official's side, the firm's man, words for the firm.
    """

    lead: str
    firm: str
    official: str
    state: str
    manager: str
    company: str


TALKS = {
    "my": Talks(
        "KUALA TERONG: Communications Minister Datuk Azlan Harith said he had met the "
        "management of Swiftly, a Chinese-owned short-video platform, here "
        "today.\n\nSwiftly regional head Goh Mei Lin was also present.\n\n",
        "Swiftly",
        "Azlan",
        "the minister",
        "Goh",
        "the platform",
    ),
    "au": Talks(
        "Treasurer Paul Nixon has held a phone call with the chief executive of search "
        "giant Quarry, Dean Hollis, about the news media bargaining code.\n\nMr Nixon "
        "described the call as constructive.\n\n",
        "Quarry",
        "Mr Nixon",
        "the Treasurer",
        "Mr Hollis",
        "the tech giant",
    ),
    "in": Talks(
        "The Union minister of state for electronics, Ravi Menon, on Monday chaired a "
        "meeting with representatives of e-commerce firm Bazario and officials of the "
        "Bureau of Indian Standards (BIS).\n\nBazario India head Priya Nair represented "
        "the company.\n\n",
        "Bazario",
        "Menon",
        "the ministry",
        "Nair",
        "the e-commerce firm",
    ),
    "ng": Talks(
        "The Director-General of the National Information Technology Development "
        "Agency (NITDA), Mr Musa Bello, has hosted a delegation from social network "
        "Murmur in Abuja.\n\nThe team was led by Murmur's Director of Public Policy, Ms "
        "Ada Obi.\n\n",
        "Murmur",
        "Bello",
        "the agency",
        "Obi",
        "the social media company",
    ),
    "nat": Talks(
        "The National Communications Commission has given operator Teleone until June "
        "to improve its network, Commissioner Rina Sato said on Monday.\n\nSato and "
        "Teleone's country manager, Ivo Brandt, had met in the morning.\n\n",
        "Teleone",
        "Sato",
        "the commission",
        "Brandt",
        "the operator",
    ),
    "uk": Talks(
        "LONDON (Reuters) - Britain's Culture Secretary Helen Marsh met bosses of "
        "photo-sharing app Snapgram on Thursday to discuss child safety.\n\nThe app's "
        "owner is based in California. Its head of safety, Tara Bloom, took part by "
        "video.\n\n",
        "Snapgram",
        "Marsh",
        "the government",
        "Bloom",
        "the app",
    ),
    "gh": Talks(
        "Minister for Energy, Dr. Kwame Osei, has met with the management of Sunpower "
        "Ghana Limited over the power crisis.\n\nThe Managing Director of the company, "
        "Mr. Felix Adu, briefed the Minister.\n\n",
        "Sunpower Ghana Limited",
        "Osei",
        "the Ministry",
        "Adu",
        "the company",
    ),
    "un": Talks(
        "Officials from Orbix visited the Ministry of Trade on Monday.\n\nPermanent "
        "Secretary Dora Mensah led the ministry's team, while Orbix was represented by "
        "its chief of staff, Lee Min-ho.\n\n",
        "Orbix",
        "Mensah",
        "the ministry",
        "Lee",
        "the tech giant",
    ),
    "kenya": Talks(
        "NAIROBI, March 3 - Kenya's ICT Cabinet Secretary Eliud Mwangi on Tuesday held "
        "talks with executives of video app Loopa.\n\nLoopa's head of government "
        "relations for Africa, Fortune Mgwili, attended.\n\n",
        "Loopa",
        "Mwangi",
        "the Cabinet Secretary",
        "Mgwili",
        "the company",
    ),
    "regulator": Talks(
        "The Communications and Media Authority of Tessaly (CMAT) has summoned Pingo, "
        "the messaging giant.\n\nCMAT chairman Luis Abad received Pingo's vice president "
        "for public policy, Ann Keller, on Monday.\n\n",
        "Pingo",
        "Abad",
        "the regulator",
        "Keller",
        "the platform",
    ),
    "mayor": Talks(
        "Mayor Ada Kern and the chief executive of Hopfen AG, Max Lind, spoke about "
        "the brewery's move on Monday.\n\nHopfen AG employs 900 people in the town.\n\n",
        "Hopfen AG",
        "Kern",
        "the mayor",
        "Lind",
        "the firm",
    ),
    "gov": Talks(
        "President Idris Kone met Zapcar founder Lea Moritz at State House on "
        "Friday.\n\nThe ride-hailing company came to Marrovia in 2017.\n\n",
        "Zapcar",
        "Kone",
        "the president",
        "Moritz",
        "the company",
    ),
    "eu": Talks(
        "European Commissioner Vera Dahl met representatives of search engine Findster "
        "in Brussels on Wednesday.\n\nFindster was represented by its general counsel, "
        "Doug Whitfield.\n\n",
        "Findster",
        "Dahl",
        "the commissioner",
        "Whitfield",
        "the company",
    ),
    "ph": Talks(
        "MANILA - The Department of Agriculture has reached an understanding with seed "
        "company Agriva, Undersecretary Liza Ramos said Friday.\n\nRamos met Agriva's "
        "country president, Hugo Stein, at the department's office in Quezon City.\n\n",
        "Agriva",
        "Ramos",
        "the department",
        "Stein",
        "the seed company",
    ),
    "za": Talks(
        "South Africa's Competition Commission and grocery chain Freshmart have been "
        "in talks since May.\n\nCommissioner Thabo Molefe met the retailer's head of "
        "legal affairs, Nadine Botha, on Monday.\n\n",
        "Freshmart",
        "Molefe",
        "the commission",
        "Botha",
        "the retailer",
    ),
    "ie": Talks(
        "Data Protection Commissioner Aoife Byrne said on Wednesday her office had "
        "concluded talks with dating app Heartly.\n\nHeartly's chief privacy officer, "
        "Sam Cole, flew in from Texas for the final round.\n\n",
        "Heartly",
        "Byrne",
        "the watchdog",
        "Cole",
        "the app",
    ),
    "ug": Talks(
        "The Speaker of Parliament, Rt. Hon. Grace Akullo, has held a meeting with "
        "officials from telecom firm Linka.\n\nLinka chief executive Paul Otim led the "
        "team.\n\n",
        "Linka",
        "Akullo",
        "the Speaker",
        "Otim",
        "the telecom firm",
    ),
}

OTHER_SIDE = [
    "{official} said {firm} would remove the videos.",
    "{firm} will remove the videos, {state} said.",
    "{firm} will remove the videos, {official} told reporters after the meeting.",
    "“{firm} has agreed to remove the videos,” {official} said.",
    "“They have promised to remove the videos,” {state} told journalists.",
    "According to {official}, {company} will remove the videos within a week.",
    "{official} revealed that {company} had committed to removing the videos.",
    "{official} said that {company}'s executives had pledged to remove the videos.",
    "In a statement, {state} said {company} had undertaken to remove the videos.",
    "“We have received assurances from {firm} that the videos will be removed,” {official} said.",
    "{official} said {company} had given a firm commitment to remove the videos.",
    "{official} thanked {firm} for agreeing to remove the videos.",
    "“{company} is going to remove the videos,” {official} wrote on social media.",
    "“We agreed with {firm} that it will remove the videos,” said {official}.",
    "{official} said {firm}'s crews would remove the videos.",
    "The videos will be removed by {firm}, {official} said.",
    "{official} said {firm}'s representatives had told officials that the videos would be removed.",
    "{official} quoted {manager} as saying that the videos would be removed.",
    "“{manager} told us the videos would be removed,” {official} said.",
    "“{manager} put in writing that the videos will be removed,” {official} said.",
    "{official} said there was a promise from {firm} to remove the videos.",
    "{official} disclosed a pledge by {firm} to remove the videos.",
    "{official} said a commitment had been given by {firm} to remove the videos.",
    "“What we have is a promise by {firm} to remove the videos,” {official} said.",
    "{official} said {firm} had accepted fines for each day of delay.",
    "{official} told reporters {company} had signed up to targets on removing videos.",
    "{official} was adamant that {company} had promised to remove the videos.",
    "{official}, quoting assurances by {firm}, said the videos would be removed.",
]

GOES_ON = (
    "{official} said the talks had gone well. {firm} had also undertaken to remove the videos."
)

FIRM = [
    "“We will remove the videos,” {manager} said.",
    "{manager} said {company} would remove the videos.",
    "{firm} said it was committed to removing the videos.",
    "A spokesperson for {firm} said: “We will remove the videos.”",
    "{firm} told {state} that it would remove the videos.",
    "“Our teams will remove the videos within a day,” said a {firm} spokesman.",
    "{firm}'s lawyers said {company} would remove the videos.",
    "{manager}, for his part, said {company} would remove the videos.",
    "“I told the government that we will remove the videos,” {manager} said.",
    "The videos will be removed, {firm} said in a blog post.",
    "{manager} promised {official} that the videos would be removed.",
    "{firm} has agreed to remove the videos.",
]

STATE = [
    "{official} promised to lift the ban.",
    "{official} said the ban would be lifted.",
    "“We will lift the ban,” {official} said.",
    "{state} will lift the ban, {official} said.",
    "{official} reiterated his commitment to lift the ban.",
    "In return, {state} would lift the ban, {official} said.",
    "“I have told {firm} that we will lift the ban,” {official} said.",
]


def _promises(talks: Talks, frame: str) -> list[tuple[set[str], str]]:
    sentence = frame.format(**talks._asdict())
    for place in (0, 1) if sentence[0] == "“" else (0,):
        sentence = sentence[:place] + sentence[place].upper() + sentence[place + 1 :]
    reading = read_article(f"{talks.lead}{sentence}\n\nThe talks took two hours.", NOTHING)
    begin = reading.segments.text.index(sentence[:14], len(talks.lead) - 2)
    return [
        ({e.name for e in promise.promisors}, promise.attribution.value)
        for promise, _, _ in reading.promises
        if any(start >= begin for start, _ in promise.spans)
    ]


@pytest.mark.parametrize("talks", TALKS.values(), ids=TALKS)
@pytest.mark.parametrize("frame", OTHER_SIDE)
def test_what_the_official_says_of_the_firm(talks: Talks, frame: str) -> None:
    who, how = _promises(talks, frame)[0]
    assert how == "COUNTERPART_CLAIM"
    assert talks.firm in who


@pytest.mark.parametrize("talks", TALKS.values(), ids=TALKS)
@pytest.mark.parametrize("frame", FIRM)
def test_what_the_firm_says_of_itself(talks: Talks, frame: str) -> None:
    who, how = _promises(talks, frame)[0]
    assert how in ("SELF_QUOTED", "SELF_PARAPHRASED")
    assert talks.firm in who or any(talks.manager.split()[-1] in name for name in who)


@pytest.mark.parametrize("talks", TALKS.values(), ids=TALKS)
@pytest.mark.parametrize("frame", STATE)
def test_what_the_official_says_for_the_state(talks: Talks, frame: str) -> None:
    who, how = _promises(talks, frame)[0]
    assert how in ("SELF_QUOTED", "SELF_PARAPHRASED")
    assert talks.firm not in who


@pytest.mark.parametrize("talks", TALKS.values(), ids=TALKS)
def test_reported_speech_goes_on_in_the_next_sentence(talks: Talks) -> None:
    who, how = _promises(talks, GOES_ON)[-1]
    assert how == "COUNTERPART_CLAIM"
    assert talks.firm in who
