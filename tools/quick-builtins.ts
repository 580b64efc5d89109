import type { Plugin } from 'rolldown';

const builtinImport =
  /^import (?:(?<whole>[\w$]+)(?:, )?)?(?:\{ (?<names>[^}]*) \} ?)? ?from "(?<module>node:[\w/]+)";$/gm;

/**
 * Code that takes what it needs of Node's own modules when it starts. For an `import`, Node looks at every export of
 * the module, and has to load most of the others for it.
 */
export function withQuickBuiltins(code: string): string {
  return code.replaceAll(builtinImport, (...found) => {
    const { whole, names, module } = found.at(-1) as Record<string, string | undefined>;
    const wanted = [whole, names && `{ ${names.replaceAll(' as ', ': ')} }`].filter(Boolean);
    return wanted.map((name) => `const ${name} = process.getBuiltinModule("${module}");`).join(' ');
  });
}

/** The same for every file of a bundle. */
export const quickBuiltins: Plugin = {
  name: 'quick-builtins',
  renderChunk: (code) => withQuickBuiltins(code),
};

const programs = '\0programs-of-commander';

/** Commander can start other programs, which is not wanted here: what it would need for it is loaded only then. */
export const commanderStartsNothing: Plugin = {
  name: 'commander-starts-nothing',
  resolveId(source, importer) {
    return source === 'node:child_process' && importer?.includes('/commander/') ? programs : undefined;
  },
  load(id) {
    if (id !== programs) return undefined;
    return "export default { get spawn() { return process.getBuiltinModule('node:child_process').spawn; } };";
  },
};
