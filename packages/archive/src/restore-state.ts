/** Name of the folder in a target that holds what is not whole yet, and says which restore it is of. */
export const stateFolder = '.strongroom-restore';

/** Name of the file in it that says so. */
export const stateFile = 'state.json';

/** What the file holds. @param restore tells restores apart */
export function stateText(restore: string): string {
  return JSON.stringify({ restore });
}

/** The restore that a state is of; none when the text is something else. */
export function restoreOf(text: string): string | undefined {
  try {
    const state: unknown = JSON.parse(text);
    return typeof state === 'object' && state !== null && 'restore' in state
      ? String(state.restore)
      : undefined;
  } catch {
    return undefined;
  }
}
