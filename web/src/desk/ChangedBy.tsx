/** That somebody else changed what is on the screen. It floats, so that nothing moves under one's hands. */
export interface ChangedByProps {
  readonly name: string | null;
  /** Such as "this". */
  readonly what: string;
  /** Loads it; null where it is shown already, or must wait. */
  readonly onShow: (() => void) | null;
}

export function ChangedBy({ name, what, onShow }: ChangedByProps) {
  return (
    <div role="status">
      {name !== null && (
        <p className="notice changed-by">
          <bdi>{name}</bdi> changed {what} just now.{" "}
          {onShow && <button type="button" onClick={onShow}>Show it</button>}
        </p>
      )}
    </div>
  );
}
