/** Room for a drawing that comes after its page. */
import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { usePage } from "../context";

interface RoomProps {
  readonly place: RefObject<HTMLDivElement | null>;
  /** How many lanes it has, by which the room is as high as most drawings are. */
  readonly lanes: number;
  readonly children: ReactNode;
}

/**
 * Nothing below it moves when the drawing comes. A higher drawing is cut, until a reader wants it whole or
 * uses what is in it.
 */
export function Room({ place, lanes, children }: RoomProps) {
  const { words } = usePage();
  const [isWhole, setWhole] = useState(false);
  const [isCut, setCut] = useState(false);

  useEffect(() => {
    const room = place.current!;
    const observer = new ResizeObserver(() => setCut(room.scrollHeight > room.clientHeight + 1));
    for (const child of [room, room.firstElementChild!]) observer.observe(child);
    return () => observer.disconnect();
  }, [place, children]);

  return (
    <div
      ref={place}
      className={`drawing lanes-${Math.min(lanes, 8)}${isWhole ? " whole" : ""}`}
      onFocus={() => setWhole(true)}
      onClick={() => setWhole(true)}
    >
      {children}
      {isCut && !isWhole && <button type="button" className="show-whole">{words.showWhole}</button>}
    </div>
  );
}
