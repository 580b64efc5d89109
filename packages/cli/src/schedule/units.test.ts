import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { cronLine, withLine } from './cron.ts';
import { commandOf, quietTime, type Job } from './job.ts';
import { commandOfService, serviceUnit, timerUnit } from './systemd.ts';

const folder = mkdtempSync(join(tmpdir(), 'strongroom-units-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Prints the words it is given. */
const launcher = join(folder, 'print words.js');
writeFileSync(launcher, 'console.log(JSON.stringify(process.argv.slice(2)))');

const job: Job = {
  cadence: { every: 'day', hour: 3, minute: 5 },
  node: process.execPath,
  launcher,
  profile: '/home/anna/.strongroom',
  paths: ['/home/anna/Chats'],
  exclude: [],
  videos: true,
};

const oddPaths = [
  '/a b',
  '/100%',
  '/%h/%%/%',
  '/"quoted"',
  "/it's",
  `/'"'"'`,
  '/$HOME/${HOME}/$$',
  '/`id`/$(id)',
  '/ü/日本/😀',
  '/a;b|c&d>e<f',
  '/#hash',
  '/*?[x]{y}~!',
  '/-rf',
  '/trailing ',
  '/=a=b',
];

describe('a systemd unit', () => {
  test('says everything that it should, and no secret', () => {
    const unit = serviceUnit({ ...job, exclude: ['*.tmp', '-x'], videos: false, node: '/opt/node' });
    expect(unit).toContain(
      `ExecStart="/opt/node" "${launcher}" "backup" "--quiet" "--profile" "/home/anna/.strongroom" "--no-videos" "--exclude=*.tmp" "--exclude=-x" "--" "/home/anna/Chats"\n`,
    );
    expect(timerUnit(job)).toContain(
      'OnCalendar=*-*-* 03:05:00\nPersistent=true\nRandomizedDelaySec=15min\n\n[Install]\nWantedBy=timers.target\n',
    );
  });

  test.each([...oddPaths, String.raw`/back\slash`, String.raw`/a\\"b\n`])(
    'brings %j to the program',
    (path) => {
      const odd = { ...job, paths: [path, '/x'], profile: `/p${path}`, exclude: [path] };
      const unit = serviceUnit(odd);
      expect(bySystemd(commandOfService(unit)!)).toEqual(commandOf(odd));
      expect(unit.split('\n')).toHaveLength(serviceUnit(job).split('\n').length);
    },
  );

  // Debian has it with systemd; elsewhere the reporter tells that it was left out.
  const analyze = spawnSync('systemd-analyze', ['--version']).error === undefined;
  test.skipIf(!analyze)('is one that systemd accepts, as it does not accept any', () => {
    const odd = { ...job, paths: [...oddPaths, String.raw`/back\slash\ `], profile: String.raw`/p %h\ ` };
    expect(verdictOn(serviceUnit(odd), timerUnit(odd))).toBe('');
    expect(verdictOn(serviceUnit(odd).replaceAll('%%', '%Q'), timerUnit(odd))).toContain('specifiers');
    expect(verdictOn(serviceUnit(odd), timerUnit(odd).replace('03:05:00', '33:05:00'))).toContain('calendar');
  });

  test('is refused for a program that systemd would not run', () => {
    for (const node of ['/a"b', "/a'b", String.raw`/a\b`])
      expect(() => serviceUnit({ ...job, node })).toThrow(expect.objectContaining({ code: 'wrong-usage' }));
  });
});

describe('a line of a crontab', () => {
  test('is one line with its mark', () => {
    expect(cronLine({ ...job, node: '/opt/node', launcher: '/opt/strongroom.js' })).toMatch(
      /^5 3 \* \* \* \/opt\/node \/opt\/strongroom\.js backup --quiet --profile \/home\/anna\/\.strongroom -- \/home\/anna\/Chats # strongroom schedule [0-9a-f]{8}$/,
    );
  });

  test.each(oddPaths)('brings %j to the program, by every kind of cron', (path) => {
    const odd = { ...job, paths: [path], profile: `/p${path}`, exclude: [path] };
    const command = cronLine(odd).split(' ').slice(5).join(' ');
    for (const cron of [vixie, busybox]) {
      const said = execFileSync('/bin/sh', ['-c', cron(command)], { encoding: 'utf8' });
      expect(JSON.parse(said)).toEqual(commandOf(odd).slice(2));
    }
  });

  test('is refused with a backslash, which crons do not agree on', () => {
    expect(() => cronLine({ ...job, paths: [String.raw`/a\b`] })).toThrow(
      expect.objectContaining({ code: 'wrong-usage' }),
    );
  });

  test('takes the place of the one before and leaves every other byte as it is', () => {
    const text = fc.string({ unit: 'binary' }).filter((text) => !text.includes('# strongroom schedule'));
    fc.assert(
      fc.property(fc.array(text), (lines) => {
        const before = lines.join('\n');
        const own = cronLine(job);
        const other = cronLine({ ...job, profile: '/other' });
        const whole = before === '' || before.endsWith('\n') ? before : `${before}\n`;
        const once = withLine(before, job.profile, own);
        expect(once).toBe(`${whole}${own}\n`);
        expect(withLine(once, job.profile, own)).toBe(once);
        expect(withLine(once, job.profile, undefined)).toBe(whole);
        const both = withLine(once, '/other', other);
        expect(withLine(both, job.profile, undefined)).toBe(`${whole}${other}\n`);
      }),
    );
  });
});

test.each(['/a\nb', '/a\r', '/a\tb', '/a\0b', '/\u001B[31m', '/a\u0085'])('no schedule holds %j', (path) => {
  const odd = { ...job, paths: [path] };
  for (const make of [cronLine, serviceUnit])
    expect(() => make(odd)).toThrow(expect.objectContaining({ code: 'wrong-usage' }));
});

test('the quiet time is at night, and not the same for everybody', () => {
  const times = Array.from({ length: 200 }, (_, i) => quietTime(`/home/${i}`));
  expect(times.every(({ hour, minute }) => hour >= 2 && hour < 5 && minute >= 0 && minute < 60)).toBe(true);
  expect(new Set(times.map(({ hour, minute }) => 60 * hour + minute)).size).toBeGreaterThan(60);
});

/** What systemd says of two units, each with the names of nothing else. */
function verdictOn(service: string, timer: string): string {
  const files = ['service', 'timer'].map((kind) => join(folder, `strongroom-test.${kind}`));
  writeFileSync(files[0]!, service);
  writeFileSync(files[1]!, timer);
  const env = { ...process.env, XDG_RUNTIME_DIR: folder };
  const verify = ['--user', 'verify', ...files];
  const { stderr } = spawnSync('systemd-analyze', verify, { encoding: 'utf8', env });
  expect(stderr).not.toContain('Failed to initialize');
  return stderr
    .split('\n')
    .filter((line) => line.includes('strongroom-test'))
    .join('\n');
}

/** What systemd makes of a command whose words all stand in double quotes (systemd.syntax, "Quoting"; systemd.unit, "Specifiers"). */
function bySystemd(line: string): string[] {
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, quoted]) => quoted!);
  expect(words.map((word) => `"${word}"`).join(' ')).toBe(line);
  return words.map((word, i) => {
    const plain = word.replaceAll(/\\(.)/g, (_, escaped: string) => {
      expect(escaped).toMatch(/["\\]/);
      return escaped;
    });
    const specified = plain.replaceAll(/%(.?)/g, (_, letter: string) => {
      expect(letter).toBe('%');
      return '%';
    });
    // The program itself is not looked at for variables.
    if (i === 0) return specified;
    return specified.replaceAll(/\$(.?)/g, (_, next: string) => {
      expect(next).toBe('$');
      return '$';
    });
  });
}

/** What Vixie cron, ISC cron and cronie give to the shell: up to the first `%`, a backslash before one taken away. */
function vixie(command: string): string {
  return command.replaceAll(/\\%|%.*$/gs, (found) => (found === String.raw`\%` ? '%' : ''));
}

/** BusyBox gives the shell everything as it is. */
function busybox(command: string): string {
  return command;
}
