/** What must be known of a page before it is read: of which day it is, and whether its record counts. */
import { searchWith } from "../address";
import { A, usePage } from "../context";

/**
 * Says on top of a page that is not of today of which day and moment it is, and leads to today's.
 * `isAsKnown` is whether the page leaves out what was recorded after the moment of its address.
 */
export function Moments({ isAsKnown = false }: { isAsKnown?: boolean }) {
  const { words, address, citation } = usePage();
  const parameters = new URLSearchParams(address.search);
  const [asOf, knownAt] = [parameters.get("asOf"), parameters.get("knownAt")];
  if (!asOf && !knownAt) return null;
  const ofToday = searchWith(address.search, { asOf: null, knownAt: null, after: null });
  const changes = isAsKnown ? (citation?.changedSince ?? []) : [];
  return (
    <div className="notice" role="note">
      {knownAt && !isAsKnown && (
        <p>
          {words.notByMoment}{" "}
          <A href={`${address.path}${searchWith(ofToday, { asOf })}`} isOfToday>{words.leaveMomentOut}</A>
        </p>
      )}
      {(asOf || isAsKnown) && (
        <p>
          {knownAt && isAsKnown && <>{words.pageOfMoment(words.instant(knownAt))} </>}
          {asOf && <>{words.pageOfDay(words.date({ edtf: asOf }))} </>}
          <A href={`${address.path}${ofToday}`} isOfToday>{words.seeTodays}</A>
        </p>
      )}
      {changes.length > 0 && (
        <>
          <p>{words.changedSince}</p>
          <ul>
            {changes.map(({ url, kind, at }, index) => (
              <li key={index}><A href={url} isOfToday>{url.split("/").at(-1)}</A>: {words.inLine(kind)}, {words.instant(at)}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Says of a record that it does not count, and why. */
export function Curated({ curation }: { curation: string }) {
  const { words } = usePage();
  if (curation === "ACCEPTED") return null;
  return (
    <p className={`notice ${curation === "RETRACTED" ? "alarming" : ""}`.trim()} role="note">
      {curation === "RETRACTED" ? <Retracted /> : words.notAccepted(curation)}
    </p>
  );
}

function Retracted() {
  const { words, retraction } = usePage();
  if (!retraction) return <>{words.retracted}. {words.keptForRecord}</>;
  const { kind, at, by, why } = retraction;
  const day = words.date({ edtf: at.slice(0, 10) });
  return (
    <>
      {kind === "RETRACTED" ? words.retractedOn(day) : words.retractedSince(day)}
      {why && <>: <bdi>{why}</bdi></>}
      {by && <> (<bdi>{by}</bdi>)</>}. {words.keptForRecord}
    </>
  );
}
