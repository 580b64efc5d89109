/** What YAML can say, as far as our deployment files use it. */
export type Yaml = string | number | boolean | null | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

/**
 * Reads the documents of a YAML file that uses little of YAML: mappings and lists in blocks, plain and quoted values on
 * one line, lists in brackets. Everything else is refused, rather than read as something that it is not.
 * @throws Error that names the line
 */
export function readYaml(text: string): readonly Yaml[] {
  const documents = text.split(/^---$/m).map(linesOf);
  return documents.filter((lines) => lines.length > 0).map(readDocument);
}

function linesOf(document: string): Line[] {
  return document.split('\n').flatMap((raw, i) => {
    if (raw.includes('\t')) throw wrong(i, 'a tab');
    const text = raw.trim();
    if (text === '' || text.startsWith('#')) return [];
    return [{ indent: raw.length - raw.trimStart().length, text, number: i + 1 }];
  });
}

function readDocument(lines: Line[]): Yaml {
  const rest = [...lines];
  const value = readBlock(rest, rest[0]!.indent);
  if (rest[0] !== undefined) throw wrong(rest[0].number, 'indented as nothing before');
  return value;
}

function readBlock(lines: Line[], indent: number): Yaml {
  return lines[0]!.text.startsWith('- ') ? readList(lines, indent) : readMapping(lines, indent);
}

function readList(lines: Line[], indent: number): Yaml {
  const list: Yaml[] = [];
  while (lines[0]?.indent === indent && lines[0].text.startsWith('- ')) {
    const { text, number } = lines.shift()!;
    const inside = { indent: indent + 2, text: text.slice(2).trim(), number };
    if (keyOf(inside.text) === undefined) list.push(scalar(inside.text, number));
    else {
      lines.unshift(inside);
      list.push(readMapping(lines, inside.indent));
    }
  }
  return list;
}

function readMapping(lines: Line[], indent: number): Yaml {
  const mapping: { [key: string]: Yaml } = {};
  while (lines[0]?.indent === indent && !lines[0].text.startsWith('- ')) {
    const { text, number } = lines.shift()!;
    const key = keyOf(text);
    if (key === undefined) throw wrong(number, 'no key');
    if (Object.hasOwn(mapping, key)) throw wrong(number, `${key} twice`);
    const value = text.slice(key.length + 1).trim();
    mapping[key] = value === '' ? readNested(lines, indent, number) : scalar(value, number);
  }
  return mapping;
}

function readNested(lines: Line[], indent: number, number: number): Yaml {
  const [next] = lines;
  const isList = next?.indent === indent && next.text.startsWith('- ');
  if (next === undefined || (next.indent <= indent && !isList)) throw wrong(number, 'no value');
  return readBlock(lines, next.indent);
}

function keyOf(text: string): string | undefined {
  return /^([\w./-]+):(?= |$)/.exec(text)?.[1];
}

function scalar(text: string, number: number): Yaml {
  if (text.startsWith("'")) return quoted(text, number);
  if (text.startsWith('[')) return bracketed(text, number);
  if (/^["{]/.test(text)) return json(text, number);
  if (/^[&*!|>%@`]/.test(text) || / #|: /.test(text)) throw wrong(number, 'more of YAML than is used here');
  if (/^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(text)) return JSON.parse(text) as Yaml;
  return text;
}

function quoted(text: string, number: number): string {
  if (!/^'(?:[^']|'')*'$/.test(text)) throw wrong(number, 'quotes that do not end');
  return text.slice(1, -1).replaceAll("''", "'");
}

function bracketed(text: string, number: number): Yaml {
  const items = text.endsWith(']') ? text.slice(1, -1).split(/, */) : [];
  if (!items.every((item) => /^'[^',]+'$/.test(item)))
    throw wrong(number, 'more in brackets than quoted words');
  return items.map((item) => quoted(item, number));
}

function json(text: string, number: number): Yaml {
  try {
    return JSON.parse(text) as Yaml;
  } catch {
    throw wrong(number, 'something in brackets or quotes that is not JSON');
  }
}

function wrong(line: number, what: string): Error {
  return new Error(`line ${line}: ${what}`);
}
