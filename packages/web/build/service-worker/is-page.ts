/** Whether an address is one of the app's screens, rather than a file or something that a server answers. */
export function isPage(path: string): boolean {
  const [first = ''] = path.slice(1).split('/');
  return !/^(api|cloud|assets|icons)$/.test(first) && !path.includes('.');
}
