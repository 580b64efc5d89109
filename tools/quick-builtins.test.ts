import { expect, test } from 'vitest';
import { withQuickBuiltins } from './quick-builtins.ts';

test.each([
  ['import { join } from "node:path";', 'const { join } = process.getBuiltinModule("node:path");'],
  [
    'import { open as open$1, read } from "node:fs/promises";',
    'const { open: open$1, read } = process.getBuiltinModule("node:fs/promises");',
  ],
  ['import os from "node:os";', 'const os = process.getBuiltinModule("node:os");'],
  [
    'import fs, { read } from "node:fs";',
    'const fs = process.getBuiltinModule("node:fs"); const { read } = process.getBuiltinModule("node:fs");',
  ],
])('%s is taken at once', (code, quick) => {
  expect(withQuickBuiltins(`"before";\n${code}\n"after";`)).toBe(`"before";\n${quick}\n"after";`);
});

test.each([
  'import { a } from "./chunk.js";',
  'import "node:process";',
  'import * as os from "node:os";',
  'export { a } from "node:os";',
  'const text = `import os from "node:os";`;',
])('%s stays', (code) => {
  expect(withQuickBuiltins(code)).toBe(code);
});
