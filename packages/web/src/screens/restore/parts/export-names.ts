/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a file may be a chat that WhatsApp exported, by its name: `_chat.txt`, `WhatsApp Chat with Anna.txt` or `.zip`. */
export function isExport(path: string): boolean {
  const name = nameOf(path);
  return name === '_chat.txt' || (/whatsapp/i.test(name) && /\.(?:txt|zip)$/i.test(name));
}
