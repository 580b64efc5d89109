// Which replacement the person has said to be their own, by the time it takes effect. No secret.
const keptAs = 'strongroom-own-replacement';

/** The replacement that the person knows of, by the time it takes effect: milliseconds since 1970. */
export function answered(): number | undefined {
  try {
    const at = Number(localStorage.getItem(keptAs) ?? Number.NaN);
    return Number.isSafeInteger(at) ? at : undefined;
  } catch {
    return undefined;
  }
}

/** The person has asked for it. */
export function answerMine(at: number): void {
  try {
    localStorage.setItem(keptAs, String(at));
  } catch {
    // Then it is asked again when the page is opened anew.
  }
}
