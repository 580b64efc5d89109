import { useEffect, useState } from 'react';

/** The time, second by second until the end is reached; then it stands still. @param until milliseconds since 1970 */
export function useNow(until: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  const [waited, setWaited] = useState(until);
  // What it showed before the wait began is long past.
  if (until !== waited) {
    setWaited(until);
    setNow(Date.now());
  }
  const runs = until !== undefined && until > now;
  useEffect(() => {
    if (!runs) return undefined;
    const clock = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(clock);
  }, [runs]);
  return now;
}
