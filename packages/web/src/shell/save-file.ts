// A browser may ask where to put it; until then the address must hold, milliseconds.
const patience = 60_000;

/**
 * Puts a file into the downloads. Never opened in a tab: what a stranger sent must not run as a page of ours.
 * @param name by default the file's own
 */
export function saveFile(file: File): void;
export function saveFile(file: Blob, name: string): void;
export function saveFile(file: Blob, name = (file as File).name): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.hidden = true;
  // Some browsers heed the name of a link in the page alone.
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), patience);
}
