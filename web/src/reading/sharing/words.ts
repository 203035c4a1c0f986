/** The words of what a page offers to those who use it, by language; `words/` has those of the pages. */

export interface SharingWords {
  readonly use: string;
  readonly link: string;
  readonly copy: string;
  readonly copied: string;
  readonly notCopied: string;
  readonly cite: string;
  readonly readOn: (day: string) => string;
  readonly data: string;
  readonly picture: string;
  readonly preview: string;
  readonly embed: string;
  readonly embedHint: string;
  readonly follow: string;
  readonly feed: string;
  readonly printedOn: (day: string) => string;
  readonly source: (name: string, address: string) => string;
  readonly statusesOverTime: string;
  readonly drawing: string;
  readonly needsScript: string;
}

const en: SharingWords = {
  use: "Use this page",
  link: "Link",
  copy: "Copy",
  copied: "Copied",
  notCopied: "Not copied: select the text and copy it",
  cite: "Cite",
  readOn: (day) => `Read on ${day}`,
  data: "Data",
  picture: "Picture",
  preview: "Picture of this page (PNG)",
  embed: "Embed",
  embedHint: "Put this into a page of yours. The second line makes the frame as high as what it shows.",
  follow: "Follow",
  feed: "What happens (Atom)",
  printedOn: (day) => `Printed on ${day}`,
  source: (name, address) => `Source: ${name}, ${address}`,
  statusesOverTime: "How that changed over time",
  drawing: "Drawing…",
  needsScript: "The drawing needs JavaScript.",
};

const ur: SharingWords = {
  use: "یہ صفحہ استعمال کریں",
  link: "لنک",
  copy: "نقل کریں",
  copied: "نقل ہو گیا",
  notCopied: "نقل نہیں ہوا: متن منتخب کر کے خود نقل کریں",
  cite: "حوالہ دیں",
  readOn: (day) => `${day} کو پڑھا گیا`,
  data: "ڈیٹا",
  picture: "تصویر",
  preview: "اس صفحے کی تصویر (PNG)",
  embed: "اپنے صفحے میں دکھائیں",
  embedHint: "یہ اپنے صفحے میں ڈالیں۔ دوسری سطر فریم کی اونچائی مواد کے برابر کر دیتی ہے۔",
  follow: "باخبر رہیں",
  feed: "تازہ واقعات (Atom)",
  printedOn: (day) => `${day} کو چھاپا گیا`,
  source: (name, address) => `ماخذ: ${name}، ${address}`,
  statusesOverTime: "وقت کے ساتھ کیا بدلا",
  drawing: "خاکہ بن رہا ہے…",
  needsScript: "خاکے کے لیے JavaScript درکار ہے۔",
};

/** Those of a language; English where there are none. */
export function sharingWords(language: string): SharingWords {
  return language === "ur" ? ur : en;
}
