import { check } from './checker/check.ts';
import { readHistory } from './history/read-history.ts';
import { explain, printSummary, summarize } from './summary.ts';

// Checks a history again that `main.ts --report FILE` wrote.
const paths = process.argv.slice(2);
if (paths.length === 0) {
  process.stderr.write('node --conditions=source faults/check.ts HISTORY\n');
  process.exitCode = 2;
} else {
  const history = readHistory(paths);
  const violations = check(history);
  for (const violation of violations) process.stdout.write(`${explain(violation)}\n`);
  process.stdout.write(printSummary(summarize(history, violations)));
  process.exitCode = violations.length > 0 ? 1 : 0;
}
