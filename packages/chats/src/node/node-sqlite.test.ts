import { describe, expect, test } from 'vitest';
import { sqlDatabaseConformance } from '../testing/sql-database-conformance.ts';
import { nodeSqlite } from './node-sqlite.ts';

describe('node:sqlite', () => {
  test.each(sqlDatabaseConformance)('$name', ({ run }) => {
    const db = nodeSqlite(':memory:');
    expect(() => run(db)).not.toThrow();
    db.close();
  });

  test('is held to something', () => {
    expect(sqlDatabaseConformance.length).toBeGreaterThan(8);
  });
});
