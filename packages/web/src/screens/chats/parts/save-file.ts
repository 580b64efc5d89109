// A browser may ask where to put it; until then the address must hold.
const patience = 60_000;

/** Puts a file into the downloads. Never opened in a tab: what a stranger sent must not run as a page of ours. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), patience);
}
