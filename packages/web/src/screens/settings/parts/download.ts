// The browser has begun to read it by then, milliseconds.
const patience = 30_000;

/** Has the browser save a file under its own name. */
export function download(file: File): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), patience);
}
