/** The words of the interface in Urdu. Sentences that come from the schema or the API stay in English. */
import { inSentence } from "../../timeline/kinds";
import { type Bounds, asDate, isoOf, knownDate } from "../../timeline/dates";
import { nameOf, type Words } from "./en";

const DAYS = new Intl.DateTimeFormat("ur", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const NUMBERS = new Intl.NumberFormat("ur");
const COUNTRIES = new Intl.DisplayNames("ur", { type: "region", fallback: "code" });
const TONGUES = new Intl.DisplayNames("ur", { type: "language", fallback: "code" });

const number = (count: number) => NUMBERS.format(count);
const inDays = (day: number) => DAYS.format(asDate(day));

function boundsInWords({ earliest, latest }: Bounds): string {
  if (earliest === null) return latest === null ? "نامعلوم" : `زیادہ سے زیادہ ${inDays(latest)} تک`;
  if (latest === null) return `${inDays(earliest)} یا اس کے بعد`;
  if (earliest === latest) return inDays(earliest);
  const [from, to] = [isoOf(earliest), isoOf(latest)];
  if (from.endsWith("-01-01") && to === `${from.slice(0, 4)}-12-31`) return `${from.slice(0, 4)} میں کسی وقت`;
  return `${inDays(earliest)} اور ${inDays(latest)} کے درمیان`;
}

const CERTAINTIES = { "": "", probable: " (غالباً)", uncertain: " (غیر یقینی)" };

function date(given: { edtf: string } | null | undefined): string {
  const known = knownDate(given);
  return known ? boundsInWords(known) + CERTAINTIES[known.certainty] : "نامعلوم";
}

function instant(text: string): string {
  const iso = new Date(text).toISOString();
  return `${DAYS.format(new Date(text))}، ${iso.slice(11, 16)} UTC`;
}

const VALUES: Readonly<Record<string, string>> = {
  NO_FOLLOW_UP: "کوئی پیش رفت درج نہیں", REAFFIRMED: "دوبارہ عہد", IN_PROGRESS: "جاری", PARTLY_FULFILLED: "جزوی طور پر پورا",
  FULFILLED: "پورا ہوا", STALLED: "رکا ہوا", BROKEN: "ٹوٹ گیا", SUPERSEDED: "نئے وعدے نے جگہ لی", WITHDRAWN: "واپس لیا گیا",
  NOT_TRACKABLE: "ناقابلِ پیروی", AMENDED: "ترمیم ہوئی", PROGRESSED: "پیش رفت ہوئی", CONTRADICTED: "تردید ہوئی",
  CHALLENGED: "اعتراض ہوا", ANSWERED: "جواب دیا گیا", MENTIONED: "ذکر ہوا",
  NONE: "کوئی نہیں", SELF_REPORTED: "خود بتایا", COUNTERPART_REPORTED: "دوسرے فریق نے بتایا", THIRD_PARTY: "تیسرے فریق نے بتایا",
  DOCUMENTED: "دستاویزی", SELF: "خود", COUNTERPART: "دوسرا فریق", HIGH: "زیادہ", MEDIUM: "درمیانہ", LOW: "کم",
  DIRECT_QUOTE: "براہِ راست اقتباس", PARAPHRASE: "بیان کا مفہوم", REPORTER_VOICE: "رپورٹر کے الفاظ", HEADLINE: "سرخی",
  COUNTERPART_CLAIM: "دوسرے فریق کا دعویٰ", FULL_TEXT: "پورا متن", DIGEST: "خلاصہ", SELF_QUOTED: "ان کے اپنے الفاظ",
  SELF_PARAPHRASED: "ان کے بیان کا مفہوم", JOINT_STATEMENT: "مشترکہ بیان", REPORTER_GLOSS: "رپورٹر کی تعبیر", HEADLINE_ONLY: "صرف سرخی میں",
  ACCEPTED: "منظور شدہ", PROPOSED: "تجویز شدہ", IN_REVIEW: "زیرِ جائزہ", REJECTED: "نامنظور", RETRACTED: "واپس لیا گیا",
  CREATED: "درج ہوا", UPDATED: "تبدیل ہوا", MERGED: "ضم ہوا", PERSON: "فرد", GOVERNMENT: "حکومت", MINISTRY: "وزارت",
  REGULATOR: "نگران ادارہ", PUBLIC_BODY: "سرکاری ادارہ", WORKING_GROUP: "ورکنگ گروپ", COMPANY: "کمپنی", PLATFORM: "پلیٹ فارم",
  CIVIL_SOCIETY: "سول سوسائٹی", INTERGOVERNMENTAL: "بین الحکومتی", MEDIA: "ذرائع ابلاغ", GROUP: "گروہ", BILATERAL: "دو طرفہ",
  WORKSHOP: "ورکشاپ", SUMMIT: "سربراہی اجلاس", HEARING: "سماعت", CALL: "فون پر گفتگو", VISIT: "دورہ", SIGNING: "دستخط",
  OTHER: "دیگر", ORGANIZER: "منتظم", HOST: "میزبان", CHAIR: "صدر", DELEGATE: "نمائندہ", SPEAKER: "مقرر", GUEST: "مہمان",
  SPOKESPERSON: "ترجمان", OBSERVER: "مبصر", PREFERRED: "نام", ALIAS: "دوسرا نام", ACRONYM: "مخفف", FORMER: "سابق نام",
  MISSPELLING: "غلط ہجے", TRANSLITERATION: "نقلِ حرفی", 
  DECLINED: "انکار کیا گیا", NOTED: "نوٹ کیا گیا", CONTEXT: "پس منظر", UNSTATED: "بیان نہیں کیا گیا", DOCUMENT: "دستاویز",
  TITLE: "صرف عنوان", OPEN: "جواب درج نہیں", ANNOUNCED: "اعلان ہوا", HELD: "ہوئی", CANCELLED: "منسوخ ہوئی", LEAD: "ذمہ دار",
  SUPPORTING: "معاون", ACKNOWLEDGED: "اہمیت مانی گئی", CONTINUING: "جاری رکھنے کا وعدہ", WILLING: "غور پر آمادگی", PLEDGED: "عہد",
  SPECIFIC: "واضح عمل", ONE_OFF: "ایک بار", STANDING: "مستقل", PROCESS: "عمل", WIDENED: "وسیع ہوا", NARROWED: "محدود ہوا",
  READDRESSED: "نئے فریق کے نام", SUPPORTS: "تائید کرتا ہے", REFUTES: "تردید کرتا ہے", LOCAL_GOVERNMENT: "مقامی حکومت",
  PARLIAMENT: "پارلیمان", COURT: "عدالت", INTERNATIONAL_COURT: "بین الاقوامی عدالت", POLITICAL_PARTY: "سیاسی جماعت",
  CERTAIN: "یقینی", PROBABLE: "غالباً", UNCERTAIN: "غیر یقینی",
};

/** A value of the schema; in English, where Urdu has no word for it here yet. */
const label = (value: string) => VALUES[value] ?? inSentence(value);

const NOUNS: Readonly<Record<string, string>> = {
  commitments: "وعدہ", requests: "مطالبہ", parties: "فریق", meetings: "ملاقات", articles: "خبر", "follow-ups": "پیش رفت",
  assessments: "جائزہ", "check-logs": "تلاش کا اندراج", topics: "موضوع",
};

const COUNTED: Readonly<Record<string, string>> = {
  commitments: "وعدے", requests: "مطالبات", parties: "فریق", meetings: "ملاقاتیں", articles: "خبریں", "follow-ups": "اندراجات", topics: "موضوعات",
};

const many = (section: string, count: number) => `${number(count)} ${COUNTED[section] ?? "اندراجات"}`;

const BASES: Readonly<Record<string, string>> = {
  STATED: "جیسا ماخذ میں لکھا ہے", WEEKDAY_RESOLVED: "ماخذ میں ہفتے کے دن سے اخذ کیا گیا", REPORT_DAY: "خبر کا دن؛ واقعے کا دن معلوم نہیں",
  INGEST_HEADER: "جمع کردہ متن کے سرنامے سے", ASSET_TIMESTAMP: "فائل کے وقت سے", COPYRIGHT_LINE: "کاپی رائٹ کی سطر سے، جس میں صرف سال ہے",
  CONTEXT: "سیاق سے اخذ کیا گیا",
};

const REPORTED: Readonly<Record<string, string>> = {
  SELF: "وہ خود کہتے ہیں", COUNTERPART: "دوسرا فریق کہتا ہے", THIRD_PARTY: "تیسرا فریق کہتا ہے", DOCUMENT: "دستاویز سے ظاہر ہے",
};

const VERIFICATIONS: Readonly<Record<string, string>> = {
  SELF_REPORTED: "خود بتایا گیا", COUNTERPART_REPORTED: "دوسرے فریق نے بتایا", THIRD_PARTY: "تیسرے فریق نے بتایا", DOCUMENTED: "دستاویز سے ثابت",
};

export const ur: Words = {
  number,
  date,
  instant,
  label,
  inLine: label,
  between: "، ",
  countryName: (code) => nameOf(COUNTRIES, code),
  languageOf: (code) => nameOf(TONGUES, code),

  languageName: "اردو",
  skip: "مواد پر جائیں",
  menu: "فہرست",
  languages: "زبان",
  queries: "GraphQL میں پوچھیں",
  front: "سرورق",
  howToRead: "اسے کیسے پڑھیں",
  commitments: "وعدے",
  requests: "مطالبات",
  parties: "فریق",
  meetings: "ملاقاتیں",
  articles: "خبریں",
  followUps: "پیش رفت",
  topics: "موضوعات",
  nounOf: NOUNS,
  kicker: (section, key) => `${NOUNS[section] ?? section} ${key}`,
  footer:
    "کوئی وعدہ کہاں کھڑا ہے، یہ تاریخ وار پیش رفت سے طے ہوتا ہے جس میں سے ہر ایک کا ثبوت کسی خبر میں ہے، سوائے اس کے کہ کوئی نامزد "
    + "مدیر اس کا جائزہ لے، اور پھر یہ بتایا جاتا ہے۔ پیش رفت درج نہ ہونے کا مطلب یہ نہیں کہ کچھ نہیں ہوا۔",
  licence: "ڈیٹا کا لائسنس",
  contact: "رابطہ",
  loading: "لوڈ ہو رہا ہے…",
  notLoaded: (why) => `یہ لوڈ نہیں ہو سکا: ${why}`,
  again: "دوبارہ کوشش کریں",
  showMore: "مزید دکھائیں",
  mostFrequent: "یہ سب سے زیادہ آنے والے ہیں؛ باقی کے اپنے صفحے ہیں",
  show: "دکھائیں",
  apply: "لاگو کریں",
  any: "کوئی بھی",
  all: "سب",
  dayNotWhole: "دن ابھی پورا نہیں لکھا گیا۔",
  yearNotWhole: "سال چار ہندسوں کا ہوتا ہے، جیسے 2024۔",
  seeQuery: "کیوری دیکھیں",
  seeQueryOfPage: "اس صفحے کی کیوری دیکھیں",
  feed: "فیڈ",

  score: "ہر وعدے کا کیا بنا؟",
  scoreOf: (count, day) => `${day} تک ${many("commitments", count)}`,
  trackedSo: (counts) =>
    `${many("articles", counts.articles)} کی بنیاد پر، جن میں ${counts.parties === null ? "" : `${many("parties", counts.parties)} کے درمیان `}${many("meetings", counts.meetings)} کی خبر ہے؛ ${many("requests", counts.requests)} الگ رکھے گئے ہیں۔`,
  upTo: (article, record) => `تازہ ترین خبر ${article} کی ہے؛ اندراجات آخری بار ${record} کو تبدیل ہوئے۔`,
  overdueOnes: "مقررہ تاریخ گزر چکی",
  contestedOnes: "متنازع",
  silentOnes: "سب سے طویل عرصے سے بے خبر",
  neverFollowedUp: "سب سے پرانے وعدے جن پر کوئی پیش رفت درج نہ تھی",
  latestNews: "تازہ پیش رفت",
  latestChanges: "اندراجات میں تازہ تبدیلیاں",
  allOf: (count) => `سب ${number(count)}`,
  none: "کوئی نہیں۔",
  about: "یہ کیا ہے",

  search: "تلاش",
  status: "حالت",
  promisor: "وعدہ کرنے والا",
  topic: "موضوع",
  asOf: "اس دن تک",
  order: "ترتیب",
  kind: "قسم",
  country: "ملک",
  year: "سال",
  publisher: "ناشر",
  language: "زبان",
  independence: "غیر جانب داری",
  asker: "مطالبہ کرنے والا",
  asked: "جس سے مطالبہ کیا گیا",
  name: "نام",
  contestedOnly: "صرف متنازع",
  overdueOnly: "صرف جن کی تاریخ گزر چکی",
  orders: {
    oldest: "پرانے وعدے پہلے", newest: "نئے وعدے پہلے", moved: "تازہ پیش رفت پہلے", silent: "طویل بے خبری پہلے",
    title: "عنوان کے لحاظ سے", best: "بہترین مطابقت پہلے", earliest: "پرانے پہلے", latest: "نئے پہلے", name: "نام کے لحاظ سے",
  },
  count: (section, shown, all) => (shown < all ? `${number(all)} میں سے ${many(section, shown)}` : many(section, shown)),
  promisedCount: (count) => `${many("commitments", count)} کیے`,
  addressedCount: (count) => `اس سے ${many("commitments", count)} کیے گئے`,
  nothingMatches: "ان تمام شرطوں پر کچھ پورا نہیں اترتا۔",
  nothingFound: "کسی میں یہ سب الفاظ نہیں ہیں۔ صرف پورے الفاظ تلاش ہوتے ہیں؛ کم الفاظ سے زیادہ ملے گا۔",
  notByMoment: "یہ صفحہ اس پر مبنی ہے جو اب درج ہے، پتے میں کوئی بھی لمحہ ہو۔ ہر وعدے کا صفحہ اس لمحے تک کے اندراج کے مطابق دیکھا جا سکتا ہے۔",
  leaveMomentOut: "لمحہ ہٹا دیں",
  to: "بنام",
  last: (kind, day, isMaybeLater) => `آخری: ${kind}، ${day}${isMaybeLater ? "، شاید اس دن کے بعد" : ""}`,
  notMade: "تب تک نہیں کیا گیا، یا معلوم نہیں",
  contested: "متنازع",
  overdue: "تاریخ گزر چکی",
  overdueSince: (day) => `تاریخ گزر چکی: ${day}`,
  silent: (days) => `کم از کم ${number(days)} دن سے کچھ درج نہیں`,
  silentSince: (days, day) => `${number(days)} دن یا اس سے زیادہ عرصے سے کچھ درج نہیں (زیادہ سے زیادہ ${day} سے)۔`,
  lastLooked: (day, found) => `آخری بار ${day} کو دیکھا گیا ${found === 0 ? "اور کچھ نہیں ملا" : `اور ${many("articles", found)} ملیں`}۔`,
  neverLooked: "یہ درج نہیں کہ اس کے بعد کسی نے دیکھا۔",
  verification: (value) => VERIFICATIONS[value] ?? "",
  reported: (value) => REPORTED[value] ?? label(value),
  stance: label,
  assessmentOutdated: "جائزے کے بعد کی خبر ہے",
  byEditor: "مدیر کے مطابق",
  byNamedEditor: (name) => `مدیر کے مطابق: ${name}`,

  standsToday: "آج کہاں کھڑا ہے",
  standsOn: (day) => `${day} تک کہاں کھڑا تھا`,
  anotherDay: "کوئی اور دن",
  today: "آج",
  pageOfDay: (day) => `یہ صفحہ ${day} تک کا ہے اور اس کے بعد کا کچھ نہیں دکھاتا۔`,
  pageOfMoment: (moment) => `جیسا ${moment} تک درج تھا۔`,
  changedSince: "تب سے تبدیل ہوا:",
  state: (curation) => (curation === "ACCEPTED" ? "" : `${label(curation)}: `),
  seeTodays: "آج کا دیکھیں",
  mergedInto: (key) => `${key} اس میں ضم کیا گیا۔`,
  saysOnly: (value) => `صرف پیش رفت کی رو سے: ${value}۔`,
  wordsItRestsOn: "وہ الفاظ جن پر یہ مبنی ہے",
  inOurWords: (several) => (several ? "خبریں کیا کہتی ہیں، ہمارے الفاظ میں" : "خبر کیا کہتی ہے، ہمارے الفاظ میں"),
  noReport: "تب تک اس کی کوئی خبر درج نہیں تھی۔",
  whatCame: "اس کا کیا بنا",
  nothingLater: "بعد کا کچھ درج نہیں۔ اس کا مطلب یہ نہیں کہ کچھ نہیں ہوا۔",
  shownOf: (shown, all) => `${number(all)} میں سے ${number(shown)}، جو سب سے براہِ راست متعلق ہیں۔`,
  overTime: "وقت کے ساتھ",
  drawing: "نقشہ بن رہا ہے…",
  showWhole: "پورا نقشہ دکھائیں",
  latestDrawn: (shown, all) => `${number(all)} میں سے تازہ ترین ${number(shown)} دکھائے گئے ہیں۔`,
  needsScript: "نقشے کے لیے JavaScript درکار ہے؛ جو کچھ اس میں ہے وہ نیچے لکھا ہے۔",
  goThere: "وہاں جائیں",
  keyOverTime: (key) => `${key} وقت کے ساتھ`,
  promised: "کیا وعدہ کیا گیا",
  askedFor: "کیا مطالبہ کیا گیا",
  promisedBy: "وعدہ کرنے والا",
  promisedTo: "جس سے وعدہ کیا گیا",
  meantFor: "جن کے لیے",
  when: "کب",
  where: "کہاں",
  due: "آخری تاریخ",
  noDue: "کوئی تاریخ نہیں دی گئی",
  doneWhen: "پورا تب ہو گا جب",
  measures: "اعداد میں",
  measured: (value, target) =>
    value === null ? (target === null ? "" : number(target)) : target === null ? number(value) : `${number(target)} میں سے ${number(value)}`,
  implementers: "عمل درآمد کرنے والا",
  toCarryOut: "جس پر اسے عمل کرنا ہے",
  shownOfAll: (shown, all) => `${number(all)} میں سے ${number(shown)}۔`,
  trackable: "کیا جانچا جا سکتا ہے",
  notVerifiable: "نہیں: کسی چیز سے ظاہر نہیں ہو سکتا کہ یہ پورا ہوا یا نہیں۔",
  answersTo: "کس مطالبے کا جواب ہے",
  answer: "جواب",
  atSource: "ماخذ پر",
  meetingState: "کیا ہوئی",
  notHeld: (state) => (state === "CANCELLED" ? "اس کا اعلان ہوا تھا، مگر یہ نہیں ہوئی۔" : "اس کا اعلان ہوا؛ ہونا درج نہیں۔"),
  noTerms: "ماخذ نہیں بتاتا کہ یہ کتنا پابند کرتا ہے یا کب تک",
  strength: (value) => (value === "UNSTATED" ? "کتنا پابند ہے، ماخذ میں نہیں" : label(value)),
  term: (value) => (value === "UNSTATED" ? "کتنی مدت کے لیے ہے، ماخذ میں نہیں" : label(value)),
  wording: "الفاظ",
  before: "پہلے",
  mergedFrom: "اس میں ضم شدہ",
  presupposes: "یہ ایک ایسے وعدے کو دہراتا ہے جو یہاں درج نہیں۔",
  restates: "دہراتا ہے",
  restatedBy: "جس نے دہرایا",
  answeredBy: "جواب",
  assessed: "جائزہ",
  onceAssessed: "سابقہ جائزہ",
  assessments: "مدیران کیا کہتے ہیں",
  assessmentsApart: "جائزہ ایک نامزد مدیر کی رائے ہے۔ یہ پیش رفت سے نکلنے والے نتیجے پر مقدم ہے، جو بدستور درج رہتا ہے۔",
  by: "از",
  timesMore: (count) => `اور مزید ${number(count)} بار`,
  checks: "کب دیکھا گیا",
  checked: (by, found) => (found === 0 ? `${by} نے دیکھا اور کچھ نہیں ملا` : `${by} نے دیکھا اور ${many("articles", found)} ملیں`),
  somebody: "کوئی جس کا نام نہیں",
  through: "بذریعہ",
  scope: (change) => `دائرہ: ${label(change)}`,
  follows: "یہ اس کے بعد ہے:",
  whichRestated: "، جس نے اسے دہرایا۔",
  restatedAs: "یوں دہرایا گیا:",
  maybeAfter: "ممکن ہے یہ اس دن کے بعد ہوا ہو۔",
  background: "پس منظر: یہ پہلے کی بات ہے اور وعدے کی حالت نہیں بدلتی۔",
  maybeBefore: "ممکن ہے یہ وعدے سے پہلے ہوا ہو: دونوں کی تاریخیں ملتی ہیں۔",
  basis: ({ basis, statedAs }) => {
    const words = BASES[basis] ?? inSentence(basis);
    return statedAs ? `“${statedAs}”، ${words}` : words;
  },
  attribution: label,
  curation: label,
  notAccepted: (value) =>
    value === "PROPOSED" ? "تجویز شدہ، جائزہ نہیں لیا گیا۔ ابھی کسی نے اسے نہیں جانچا، اس لیے یہ نہیں بتایا جاتا کہ یہ کہاں کھڑا ہے۔"
    : value === "IN_REVIEW" ? "زیرِ جائزہ، منظور نہیں ہوا۔ اس لیے یہ نہیں بتایا جاتا کہ یہ کہاں کھڑا ہے۔"
    : value === "REJECTED" ? "جائزہ لیا گیا اور منظور نہیں ہوا۔ اس لیے رکھا گیا ہے کہ دوبارہ تجویز نہ ہو۔"
    : label(value),
  retracted: "واپس لیا گیا",
  retractedOn: (day) => `${day} کو واپس لیا گیا`,
  retractedSince: (day) => `واپس لیا گیا؛ ${day} سے یوں درج ہے`,
  keptForRecord: "ریکارڈ کے لیے رکھا گیا ہے۔",
  linkTo: (key) => `${key} کا لنک`,

  quotation: (mode, isTheirs) => (isTheirs ? label(mode) : `ہمارا خلاصہ: ${label(mode)}`),
  titleAlone: "صرف عنوان",
  titleNote: "اس خبر کا صرف عنوان درج ہے، اس لیے جو کچھ اس کے بارے میں کہا گیا ہے وہ صرف عنوان اور پتے پر مبنی ہے۔",
  inArticle: "ماخذ:",
  reportOf: (day) => `${day} کی خبر`,
  noPublisher: "ناشر درج نہیں",
  original: "اصل",
  saidBy: "قائل:",
  publishedLater: "اس دن کے بعد شائع ہوئی",
  whereInSource: "ماخذ میں کہاں",
  mayNotBeShown: "متن دکھایا نہیں جا سکتا۔",

  asPromisor: "اس نے کیا وعدے کیے",
  asAddressee: "اس سے کیا وعدے کیے گئے",
  names: "نام",
  printedAs: "چھپی ہوئی شکلیں",
  from: (day) => `${day} سے`,
  until: (day) => `${day} تک`,
  memberOf: "رکن",
  partOf: "حصہ ہے",
  parts: "اس کے حصے",
  members: "ارکان",
  note: "نوٹ",
  identifiers: "شناختی نمبر",
  whatItDid: "اس نے کیا کیا",
  inArticles: "خبروں میں",
  nothingPromised: "اس کا اپنا کوئی وعدہ درج نہیں۔",
  nothingAddressed: "اس سے کیا گیا کوئی وعدہ درج نہیں۔",
  whoWasThere: "کون موجود تھا",
  whoWasExpected: "کس کی آمد متوقع تھی",
  onBehalfOf: "کی طرف سے:",
  namedAs: (name) => `“${name}” کے نام سے`,
  madeThere: "وہاں کیا وعدے ہوئے",
  askedThere: "وہاں کیا مطالبات ہوئے",
  happenedThere: "وہاں کیا پیش رفت ہوئی",
  reports: "خبریں کیا کہتی ہیں",
  reportsDiffer: "خبریں کہاں مختلف ہیں",
  reportsAgree: (count) => (count > 1 ? `${number(count)} خبریں اس کی تاریخ اور مقام پر متفق ہیں۔` : "ایک خبر درج ہے؛ کوئی اختلاف نہیں۔"),
  claims: "کے مطابق",
  digest: "یہ کیا کہتی ہے، ہمارے الفاظ میں",
  digestNote: "یہ ہمارا خلاصہ ہے، اقتباس نہیں۔ جس پر ثبوت مبنی ہے وہ نشان زد ہے؛ ہر نشان اس تک لے جاتا ہے۔",
  fullText: "متن",
  fullTextNote: "جس پر ثبوت مبنی ہے وہ نشان زد ہے؛ ہر نشان اس تک لے جاتا ہے۔",
  withheld: "متن روکا گیا ہے۔",
  restsOnIt: "اس پر کیا مبنی ہے",
  published: "شائع ہوئی",
  byline: "از",
  dateline: "مقام",
  address: "پتہ",
  noAddress: "درج نہیں",
  relays: "کس کی بات پہنچاتی ہے",
  mentioned: "کس کا ذکر ہے",
  followsUp: "کس کی پیش رفت ہے",
  confidence: "یقین",
  answers: "کس کا جواب ہے",
  answeredLater: "جواب",
  actors: "کون",
  why: "کیوں",
  words: "ثبوت",

  howIntro: "ان صفحات کا ہر لفظ اور نشان، جیسا عوامی اسکیما اسے بیان کرتا ہے۔ تعریفیں انگریزی میں ہیں۔",
  definitions: {
    StatusValue: "وعدہ کہاں کھڑا ہے", Status: "حالت کے ساتھ", FollowUpKind: "وعدے کا کیا بن سکتا ہے", Verification: "کون کہتا ہے",
    Independence: "خبر کتنی غیر جانب دار ہے", Confidence: "مطلب کتنا یقینی ہے", EvidenceMode: "ثبوت کیا ہے", TextKind: "متن کس کے الفاظ میں ہے",
    Attribution: "کیسے معلوم ہے کہ انہوں نے وعدہ کیا", Strength: "الفاظ کتنے پابند ہیں", Term: "کتنی مدت کے لیے ہے", ScopeChange: "وعدہ بڑھا یا گھٹا",
    DateCertainty: "تاریخ کتنی یقینی ہے", DateBasis: "تاریخ کہاں سے آئی", Capacity: "کس حیثیت سے شریک ہوا", Curation: "اندراج شمار ہوتا ہے یا نہیں",
    RequestAnswer: "مطالبے کا کیا جواب ملا", MeetingState: "ملاقات ہوئی یا نہیں", Stance: "ثبوت کیا ظاہر کرتا ہے",
    ImplementerPart: "عمل درآمد میں کس کا کیا حصہ ہے", PartyKind: "کس قسم کا فریق ہے",
  },
  fieldNames: {
    contested: "متنازع", overdue: "تاریخ گزر چکی", daysSilent: "… دن سے کچھ درج نہیں", verification: "کون کہتا ہے", certainty: "یقینی",
    existence: "تب تک کیا گیا", assessed: "مدیر کے مطابق", derived: "صرف پیش رفت کی رو سے",
    assessmentOutdated: "جائزے کے بعد کی خبر ہے",
  },
  nouns: {
    Commitment: "وعدہ", Request: "مطالبہ", FollowUp: "پیش رفت", Meeting: "ملاقات", Party: "فریق", Article: "خبر", Assessment: "جائزہ", CheckLog: "تلاش کا اندراج", Concept: "موضوع",
  },
  nounsTitle: "کیا درج کیا جاتا ہے",
  marks: "نشانات",
  marksSaid: {
    solid: "بھرا ہوا نشان: وعدہ کرنے والے کے علاوہ کوئی اور بتاتا ہے۔",
    outline: "صرف خاکہ: وعدہ کرنے والے خود ایسا کہتے ہیں۔",
    digest: "متن کے پاس نقطوں کی لکیر: ہمارا خلاصہ، اقتباس نہیں۔",
    quote: "متن کے پاس پوری لکیر: خبر کے اپنے الفاظ، واوین میں۔",
  },

  trouble: (status) =>
    status === 404 ? "اس پتے پر کچھ نہیں ہے"
    : status === 400 ? "یہ پتہ پڑھا نہیں جا سکتا"
    : status === 410 ? "یہ واپس لیا گیا"
    : status === 412 ? "جو لکھا گیا وہ ابھی یہاں نہیں"
    : status === 503 ? "اس کا جواب ابھی نہیں دیا جا سکتا"
    : "یہاں کچھ خرابی ہوئی",
  noSuch: (section, key) => `ایسا کوئی ${NOUNS[section] ?? "صفحہ"} نہیں: ${key}`,
  perhaps: "شاید آپ یہ تلاش کر رہے ہیں",
  notShownAnyMore: "اس میں جو کہا گیا تھا اب نہیں دکھایا جاتا۔",
  notByThen: (section, key) => `تب تک کوئی ${NOUNS[section] ?? "صفحہ"} ${key} نہیں`,
  notComeBy: (day) => `اس پتے کے دن، ${day}، تک یہ پیش نہیں آیا تھا۔`,
  notRecordedBy: (moment) => `جو ${moment} تک درج نہیں تھا، وہ نہیں دکھایا جاتا۔`,
  retractedRecord: (section, key) => `واپس لیا گیا: ${NOUNS[section] ?? "اندراج"} ${key}`,
};
