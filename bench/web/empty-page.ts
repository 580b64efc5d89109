import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Empty</title>
<h1>Empty</h1><button type="button">Start with sample chats</button><script src="/page.js"></script></html>`;
const script = `document.querySelector('button').addEventListener('click', () => {
  const bar = document.createElement('div');
  bar.setAttribute('role', 'progressbar');
  document.body.append(bar);
});`;

/** The least that a page can be: a heading, a button, and a script by which the button answers. */
export async function openEmptyPage(): Promise<{
  readonly url: string;
  readonly close: () => Promise<void>;
}> {
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
