/** What is typed, once nothing has been typed for a moment. */
import { useEffect, useState } from "react";

export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const pause = setTimeout(() => setSettled(typed), 300);
    return () => clearTimeout(pause);
  }, [typed]);
  return settled;
}
